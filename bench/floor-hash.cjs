/* The least that hashing a file costs in Node: readSync of 1 MiB into createHash. */
'use strict'
const { createHash } = require('node:crypto')
const { openSync, readSync } = require('node:fs')

const file = openSync(process.argv[2])
const hash = createHash('sha256')
const chunk = Buffer.alloc(1024 * 1024)
for (let read; (read = readSync(file, chunk)) > 0;) hash.update(chunk.subarray(0, read))
hash.digest()
