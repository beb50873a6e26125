/** A program whose functions V8 compiles while it reads the file, where they will be called. */

import ts from 'typescript'
import type { Span } from './rehearse.ts'

/**
 * The same program with the functions that are `called` in parentheses: those of its top level also
 * at the top, and arrow functions and methods of object literals as function expressions, where that
 * says the same. V8 compiles a function expression in parentheses while it reads the file; any other
 * function it reads twice, once with what is around it and once when it is called. Methods of classes
 * stay as they are.
 */
export function compiledAtOnce(program: string, called: readonly Span[]): string {
  const file = ts.createSourceFile('program.js', program, ts.ScriptTarget.ES2022, true)
  const isCalled = (node: ts.Node): boolean =>
    called.some(({ start, end }) => start === node.getStart(file) && end === node.end)

  function print(node: ts.Node): string {
    if (ts.isArrowFunction(node) && isCalled(node) && !mentions(node, itsPlace)) {
      const body = print(node.body)
      return printFunction(node, ts.isBlock(node.body) ? body : `{return ${body}}`)
    }
    if (ts.isMethodDeclaration(node) && isCalled(node) && isOfLiteral(node) && node.body) {
      return `${print(node.name)}:${printFunction(node, print(node.body))}`
    }
    let text = ''
    let end = node.getStart(file)
    ts.forEachChild(node, (child) => {
      text += program.slice(end, child.getStart(file)) + print(child)
      end = child.end
    })
    return text + program.slice(end, node.end)
  }

  function printFunction(node: ts.ArrowFunction | ts.MethodDeclaration, body: string): string {
    const { modifiers = [], asteriskToken: asterisk, parameters } = node
    const isAsync = modifiers.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword)
    const head = `${isAsync ? 'async ' : ''}function${asterisk ? '*' : ''}`
    return `(${head}(${parameters.map(print).join()})${body})`
  }

  const functions: string[] = []
  const others: string[] = []
  for (const statement of file.statements) {
    const text = print(statement)
    if (isCalled(statement) && ts.isFunctionDeclaration(statement) && statement.name) {
      functions.push(`var ${statement.name.text}=(${text});`)
    } else others.push(text)
  }
  const head = `${/^#!.*\n/.exec(program)?.[0] ?? ''}"use strict";`
  return `${head}\n${[...functions, ...others].join('\n')}\n`
}

/** What an arrow function has of what is around it, and a function expression has of its own. */
const itsPlace = [ts.SyntaxKind.ThisKeyword, ts.SyntaxKind.SuperKeyword, ts.SyntaxKind.MetaProperty]

function mentions(node: ts.Node, kinds: readonly ts.SyntaxKind[]): boolean {
  return (
    kinds.includes(node.kind) ||
    (ts.isIdentifier(node) && node.text === 'arguments') ||
    ts.forEachChild(node, (child) => mentions(child, kinds) || undefined) === true
  )
}

function isOfLiteral(method: ts.MethodDeclaration): boolean {
  const isFree = !mentions(method, [ts.SyntaxKind.SuperKeyword])
  return isFree && ts.isObjectLiteralExpression(method.parent)
}
