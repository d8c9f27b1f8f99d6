import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'

/** A certificate for localhost and 127.0.0.1 that signs itself, as PEM text and as files. */
export interface Certificate {
  cert: string
  certFile: string
  keyFile: string
}

/** Makes a certificate, good for a day, and writes it and its key into `directory`. */
export async function makeCertificate(directory: string): Promise<Certificate> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  const certFile = join(directory, 'cert.pem')
  const keyFile = join(directory, 'key.pem')
  writeFileSync(certFile, pems.cert)
  writeFileSync(keyFile, pems.private, { mode: 0o600 })
  return { cert: pems.cert, certFile, keyFile }
}
