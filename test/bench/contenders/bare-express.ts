import express from 'express'
import { bareFields, type Contender } from '../contender.js'

export const bareExpress: Contender = {
  name: 'bare Express',
  module: import.meta.url,
  framework: 'express',
  store: 'none',
  packages: ['express'],
  async mount(_place, respond) {
    const app = express()
    app.use((request, response) => {
      response.send(respond(request.path, bareFields))
    })
    return app
  },
}
