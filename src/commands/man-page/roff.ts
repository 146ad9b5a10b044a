/** Escapes text for roff, so that it prints as it is: `man` changes dashes, quotes and carets, and obeys leading dots. */
export function roffText(text: string): string {
  return text
    .replace(/\\/g, '\\e')
    .replace(/-/g, '\\-')
    .replace(/'/g, '\\(aq')
    .replace(/"/g, '\\(dq')
    .replace(/`/g, '\\(ga')
    .replace(/\^/g, '\\(ha')
    .replace(/~/g, '\\(ti')
    .replace(/^\./gm, '\\&.')
}

export function bold(text: string): string {
  return `\\fB${roffText(text)}\\fR`
}

function italic(text: string): string {
  return `\\fI${roffText(text)}\\fR`
}

/** Flags and names of commands in bold, placeholders in italics: `--interval <duration>`. */
export function usage(text: string): string {
  return text
    .split(' ')
    .map(word => {
      const placeholder = /^<(.+)>$/.exec(word)?.[1]
      if (placeholder !== undefined) return italic(placeholder)
      return word.startsWith('[') ? `[${italic(word.slice(1, -1))}]` : bold(word)
    })
    .join(' ')
}

/** One entry of a list: a term, and what it means. */
export function entry(term: string, meaning: string): string {
  return `.TP\n${term}\n${roffText(meaning)}`
}

/** Lines that are not filled, indented. */
export function verbatim(lines: readonly string[]): string {
  return `.RS 4\n.nf\n${lines.map(roffText).join('\n')}\n.fi\n.RE`
}
