import { isNode, type SyntaxNode, wordOf } from './source.ts'

/** True if one of the enclosing nodes declares the name, so that it does not refer to the global. */
export function isDeclaredIn(above: readonly SyntaxNode[], name: string): boolean {
  return above.some(node => namesDeclaredBy(node).includes(name))
}

function namesDeclaredBy(node: SyntaxNode): readonly string[] {
  switch (node.type) {
    case 'Program':
    case 'BlockStatement':
      return nodes(node.body).flatMap(namesOfStatement)
    case 'SwitchCase':
      return nodes(node.consequent).flatMap(namesOfStatement)
    case 'ForStatement':
      return nodes([node.init]).flatMap(namesOfStatement)
    case 'ForOfStatement':
    case 'ForInStatement':
      return nodes([node.left]).flatMap(namesOfStatement)
    case 'CatchClause':
      return namesOfPattern(node.param)
    default:
      return nodes(node.params).flatMap(namesOfPattern)
  }
}

/** Ignores `declare const process`, which describes the global and declares nothing local. */
function namesOfStatement(statement: SyntaxNode): readonly string[] {
  if (statement.declare === true) return []
  switch (statement.type) {
    case 'ExportNamedDeclaration':
      return nodes([statement.declaration]).flatMap(namesOfStatement)
    case 'VariableDeclaration':
      return nodes(statement.declarations).flatMap(({ id }) => namesOfPattern(id))
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return namesOfPattern(statement.id)
    case 'ImportDeclaration':
      return nodes(statement.specifiers).flatMap(({ local }) => namesOfPattern(local))
    default:
      return []
  }
}

function namesOfPattern(pattern: unknown): readonly string[] {
  if (!isNode(pattern)) return []
  switch (pattern.type) {
    case 'Identifier':
      return [wordOf(pattern) ?? '']
    case 'AssignmentPattern':
      return namesOfPattern(pattern.left)
    case 'RestElement':
      return namesOfPattern(pattern.argument)
    case 'ArrayPattern':
      return nodes(pattern.elements).flatMap(namesOfPattern)
    case 'ObjectPattern':
      return nodes(pattern.properties).flatMap(property =>
        namesOfPattern(property.type === 'RestElement' ? property : property.value),
      )
    default:
      return []
  }
}

function nodes(value: unknown): readonly SyntaxNode[] {
  return Array.isArray(value) ? value.filter(isNode) : []
}
