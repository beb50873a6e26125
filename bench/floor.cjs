/* The least that signing with a local key costs in Node: read the PEM, sign one DigestInfo. */
'use strict'
const { constants, privateEncrypt } = require('node:crypto')
const { readFileSync } = require('node:fs')

const [, , pem] = process.argv
const digestInfo = Buffer.from(`3031300d060960864801650304020105000420${'00'.repeat(32)}`, 'hex')
privateEncrypt({ key: readFileSync(pem), padding: constants.RSA_PKCS1_PADDING }, digestInfo)
