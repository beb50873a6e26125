/** Registry names as people read them. */

/** `keyExpirationTime` becomes `key expiration time`. */
export function words(name: string | undefined): string | undefined {
  return name
    ?.replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(id|uri)\b/g, (word) => word.toUpperCase())
}
