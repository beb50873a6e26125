/** What the build makes of the thin program does what the program did. */

import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { compiledAtOnce } from '../../.ci/at-once.ts'
import { rehearse } from '../../.ci/rehearse.ts'

/** The program with each of these functions taken as called, where it stands first. */
function changed(program: string, called: readonly string[]): string {
  const spans = called.map((text) => {
    const start = program.indexOf(text)
    expect(start).toBeGreaterThan(-1)
    return { start, end: start + text.length }
  })
  return compiledAtOnce(program, spans)
}

/** What the program logs. */
async function logOf(program: string): Promise<unknown[]> {
  const log: unknown[] = []
  await (runInNewContext(program, { log }) as unknown)
  await new Promise(setImmediate)
  return log
}

describe('functions of the top level', () => {
  const program =
    '#!/usr/bin/env node\n"use strict";out(1);function out(x){log.push(twice(x))}\n' +
    'const y=2;function twice(x){return 2*x}async function*none(){}out(y);'
  const functions = ['function out(x){log.push(twice(x))}', 'function twice(x){return 2*x}']

  test.each([
    ['none', []],
    ['one', functions.slice(1)],
    ['both', functions],
  ])('may call each other before they stand there: %s', async (_, called) => {
    const text = changed(program, called)
    expect(await logOf(program)).toEqual([2, 4])
    expect(await logOf(text)).toEqual([2, 4])
    expect(text.split('\n')[0]).toBe('#!/usr/bin/env node')
    expect(text.match(/=\((?:async )?function/g) ?? []).toHaveLength(called.length)
  })
})

describe('arrow functions and methods', () => {
  test.each([
    ['an expression', 'log.push([1,2].map(x=>x+1))', ['x=>x+1'], [[2, 3]]],
    ['a block', 'log.push((x=>{return x})(3))', ['x=>{return x}'], [3]],
    ['an object', 'log.push((()=>({a:1}))())', ['()=>({a:1})'], [{ a: 1 }]],
    ['a sequence', 'log.push((a=>(a,4))(3))', ['a=>(a,4)'], [4]],
    [
      'its parameters',
      'log.push((([a],{b},...c)=>a+b+c)([1],{b:2},3))',
      ['([a],{b},...c)=>a+b+c'],
      ['33'],
    ],
    ['a default', 'log.push(((a=(()=>5)())=>a)())', ['(a=(()=>5)())=>a', '()=>5'], [5]],
    ['one in another', 'log.push((a=>b=>a+b)(1)(2))', ['a=>b=>a+b', 'b=>a+b'], [3]],
    ['async', '(async a=>{await 0;log.push(a)})(6)', ['async a=>{await 0;log.push(a)}'], [6]],
    ['its name', 'const f=()=>1;log.push(f.name)', ['()=>1'], ['f']],
    ['in a class', 'class A{static b(){return (()=>7)()}}log.push(A.b())', ['()=>7'], [7]],
    ['in a template', 'log.push(`${(()=>8)()} `)', ['()=>8'], ['8 ']],
    ['a method', 'log.push({a:9,b(){return this.a}}.b())', ['b(){return this.a}'], [9]],
    ['an async method', '({async b(){log.push(1)}}).b()', ['async b(){log.push(1)}'], [1]],
    ['a method that yields', 'log.push([...{*b(){yield 2}}.b()])', ['*b(){yield 2}'], [[2]]],
    ['a method by an expression', 'log.push({["b"](){return 3}}.b())', ['["b"](){return 3}'], [3]],
  ])('stand in parentheses: %s', async (_, program, called, expected) => {
    const text = changed(program, called)
    expect(await logOf(program)).toEqual(expected)
    expect(await logOf(text)).toEqual(expected)
    for (const one of called) expect(text).not.toContain(one)
    expect(text.match(/\((?:async )?function/g)).toHaveLength(called.length)
  })

  test.each([
    ['this', 'log.push({a:1,b(){return (()=>this.a)()}}.b())', '()=>this.a', 1],
    ['arguments', 'log.push((function(){return (()=>arguments[0])()})(2))', '()=>arguments[0]', 2],
    [
      'new.target',
      'log.push(typeof new (function(){this.a=(()=>new.target)()})().a)',
      '()=>new.target',
      'function',
    ],
    [
      'super',
      'log.push({__proto__:{a:()=>3},a(){return super.a()}}.a())',
      'a(){return super.a()}',
      3,
    ],
    ['a class', 'class A{b(){return 4}}log.push(new A().b())', 'b(){return 4}', 4],
    ['a getter', 'log.push({get a(){return 5}}.a)', 'get a(){return 5}', 5],
  ])(
    'stay what they are, where they mean what is around them: %s',
    async (_, program, called, expected) => {
      const text = changed(program, [called])
      expect(text).toContain(called)
      expect(await logOf(text)).toEqual([expected])
    },
  )
})

test('a rehearsal tells what was called from what was not', () => {
  const text = 'function yes(){}function no(){}const also=()=>yes();also()'
  const called = rehearse(text).map(({ start, end }) => text.slice(start, end))
  expect(called).toEqual(expect.arrayContaining(['function yes(){}', '()=>yes()']))
  expect(called).not.toContain('function no(){}')
})
