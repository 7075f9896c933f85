// Sigstore's verifier (what npm itself runs) on a log of ours: the P-256 checkpoint and the proofs of inclusion.
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(import.meta.url)
const folderOfPackage = join(require.resolve('@sigstore/verify'), '..')
const { verifyCheckpoint } = require(join(folderOfPackage, 'tlog', 'checkpoint.js'))
const { verifyMerkleInclusion } = require(join(folderOfPackage, 'tlog', 'merkle.js'))

const folder = process.argv[2]
const read = (name) => readFileSync(join(folder, name), 'utf8')
const note = read('checkpoint')
// The library knows a log by the digest of its key, which is what the key id of an ECDSA line begins with.
const keys = read('vkeys').trim().split('\n').map((line) => {
  const [name, id, ...rest] = line.split('+')
  const raw = Buffer.from(rest.join('+'), 'base64')
  return { name, id, kind: raw[0], spki: raw.subarray(1) }
})
const key = keys.find((each) => each.kind === 2)
const log = {
  logID: Buffer.from(key.id, 'hex'),
  publicKey: createPublicKey({ key: key.spki, format: 'der', type: 'spki' }),
  baseURL: `https://${key.name}`,
}

function leaf(index) {
  const number = Math.floor(index / 256)
  const parts = [String(number % 1000).padStart(3, '0')]
  const size = Number(note.split('\n')[1])
  const width = Math.min(256, size - number * 256)
  const name = `tile/entries/${parts.join('/')}${width < 256 ? `.p/${width}` : ''}`
  const bundle = readFileSync(join(folder, name))
  return bundle.subarray((index % 256) * 67 + 2, (index % 256) * 67 + 67)
}

try {
  const { Inclusion } = JSON.parse(read('proofs.json'))
  let checkpoint
  for (const each of Inclusion) {
    const entry = {
      canonicalizedBody: leaf(each.Index),
      inclusionProof: {
        checkpoint: { envelope: note },
        logIndex: String(each.Index),
        hashes: each.Path.map((hash) => Buffer.from(hash, 'base64')),
      },
    }
    checkpoint = verifyCheckpoint(entry, [log])
    verifyMerkleInclusion(entry, checkpoint)
  }
  console.log(`the P-256 signature over ${checkpoint.logSize} entries and ${Inclusion.length} proofs of inclusion`)
} catch (error) {
  console.log(`refused: ${error.message}`)
  process.exit(1)
}
