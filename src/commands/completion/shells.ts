/** The shells for which a completion script can be printed. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
