/** longhand keys add-user-id: another name and address for a certificate. */

import { addUserId } from '../../certificate/add-user-id.ts'
import { changeFile, changeNotes, changeOptions, madeCertificate } from '../change-certificate.ts'
import { defineCommand, usageError } from '../command.ts'
import type { Command } from '../command.ts'
import { hashOption } from '../hash.ts'
import { keyOptions } from '../inputs.ts'

export const keysAddUserId: Command = defineCommand({
  name: 'keys add-user-id',
  summary: 'Adds a User ID to a certificate; one that was revoked is put in force again.',
  operands: '',
  options: {
    ...keyOptions,
    ...changeOptions,
    hash: hashOption,
    name: { type: 'string', value: 'NAME', help: 'the name in the User ID: "Acme Releases"' },
    email: { type: 'string', value: 'ADDRESS', help: 'the address in the User ID' },
    primary: { type: 'boolean', help: 'programs show it first from now on' },
  },
  notes: changeNotes,
  async run(invocation) {
    const { name, email, primary } = invocation.options
    const command = 'keys add-user-id'
    if (name === undefined || email === undefined) {
      throw usageError(command, 'a User ID needs --name and --email')
    }
    await changeFile({ ...invocation, name: command }, async (opened) => {
      const { certificate, signer, common } = opened
      const userId = { name, email, primary }
      return madeCertificate(await addUserId(certificate, signer, { ...common, ...userId }), [
        `it has the User ID ${name} <${email}> now`,
      ])
    })
  },
})
