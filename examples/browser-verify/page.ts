/**
 * Says whether a download is what was released: the file that somebody picks, or one that lies beside
 * the page (?file=NAME). Nothing is uploaded. Bundle it for the page:
 *
 *   npx esbuild examples/browser-verify/page.ts --bundle --format=esm --outfile=page.js
 */

import { fromWkd } from 'longhand'
import { checkRelease } from '../self-update/checked-release.ts'

const page = document.documentElement.dataset
const verdict = document.querySelector('output')
const picker = document.querySelector('input')

async function get(name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(name, document.baseURI))
  if (!response.ok) throw new Error(`${name}: ${String(response.status)}`)
  return new Uint8Array(await response.arrayBuffer())
}

/** What was seen stays with this browser. */
const state = {
  load: () => Promise.resolve(localStorage.getItem('longhand') ?? undefined),
  save(text: string) {
    localStorage.setItem('longhand', text)
    return Promise.resolve()
  },
  /** Other tabs of this page wait for each other; a browser has locks on https and on localhost. */
  async update(change: (text: string | undefined) => string | undefined) {
    await navigator.locks.request('longhand', () => {
      const next = change(localStorage.getItem('longhand') ?? undefined)
      if (next !== undefined) localStorage.setItem('longhand', next)
    })
  },
}

/** A page may say by data-address whose Web Key Directory has to vouch as well. */
const address = page['address']
const directory = address === undefined ? undefined : fromWkd(address)

/** A stream of a file is read as it comes; the browser holds no more of it than a piece. */
async function check(file: string, open: () => Promise<ReadableStream<Uint8Array>>): Promise<void> {
  const say = (text: string): void => {
    if (verdict) verdict.textContent = text
  }
  try {
    const { version, verified } = await checkRelease({
      certificates: new TextEncoder().encode(page['certificate'] ?? ''),
      directory,
      state,
      product: page['product'] ?? '',
      file,
      get,
      open,
    })
    if (!verified) throw new Error('it was not read')
    say(`${file} is of ${page['product'] ?? ''} ${version}, as it was signed.`)
  } catch (error) {
    say(`Do not use ${file}: ${(error as Error).message}.`)
  }
}

picker?.addEventListener('change', () => {
  const [file] = picker.files ?? []
  if (file) void check(file.name, () => Promise.resolve(file.stream()))
})

const beside = new URLSearchParams(location.search).get('file')
if (beside !== null) {
  await check(beside, async () => {
    const { ok, status, body } = await fetch(new URL(beside, document.baseURI))
    if (ok && body) return body
    throw new Error(`${beside}: ${String(status)}`)
  })
}
