// Runs before all the tests: each of these brings what some of them start.
import './ensure-redis.mjs'
import './ensure-chromium.mjs'
import './ensure-nginx.mjs'
import './ensure-curl.mjs'
import './ensure-recipes.mjs'
