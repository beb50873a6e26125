/** The packet that a component's signatures follow. */

import * as packetType from '../registry/packet-type.ts'
import type { Target } from '../signature/preimage.ts'
import { writePacket } from '../wire/packet.ts'

/** The packet of a component, RFC 9580 §10.1.1; none for the primary key, which stands before all. */
export function componentPacket(target: Target): Uint8Array[] {
  switch (target.kind) {
    case 'key':
      return []
    case 'user-id':
      return [writePacket(packetType.userId, target.userId.body)]
    case 'subkey':
      return [writePacket(packetType.publicSubkey, target.subkey.body)]
  }
}
