/** Registry names as people read them. */

/** `keyExpirationTime` becomes `key expiration time`. */
export function words(name: string | undefined): string | undefined {
  return name
    ?.replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(id|uri)\b/g, (word) => word.toUpperCase())
}

/** A number of seconds as people say it: 2 years, 90 days, 45 seconds. */
export function duration(seconds: number): string {
  const units = [
    ['year', 365 * 86_400],
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const
  const unit = units.find(([, length]) => seconds >= length && seconds % length === 0)
  const [name, count] = unit ? [unit[0], seconds / unit[1]] : ['second', seconds]
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
