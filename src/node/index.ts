/** What Node, Deno and Bun add to the core: faster primitives, keys by URI, files as data. */

export { openData } from './data.ts'
export type { DataOptions } from './data.ts'
export { createHttpsFetch } from './https-fetch.ts'
export type { HttpsFetchOptions } from './https-fetch.ts'
export { nodePrimitives } from './primitives.ts'
export { nodeResolver } from './resolver.ts'
export { fileTrustState } from './trust-state.ts'
export { openSigner } from './uri.ts'
export type { OpenSignerOptions } from './uri.ts'
export { readParameters } from '../signers/uri.ts'
export type { KeyUri, OpenContext, OpenKeyUri, SchemeTable } from '../signers/uri.ts'
