/** How long each probe may take, in ms. They run side by side, so the longest one decides: with Node's start below 6 s. */
export const limits = {
  /** One connection to Redis, and each of its answers. */
  redisAnswer: 1_500,
  /** Everything that is asked of Redis. */
  redis: 3_000,
  /** Everything that is asked of the session directory, the counting included. */
  directory: 3_000,
  /** Until counting ends with what it has. */
  counting: 1_500,
  /** Looking up the processes that are entered in the store. */
  fleet: 1_500,
  /** One answer of the running app; a login hashes a password. */
  login: 3_500,
  page: 2_000,
  /** The sum of all waiting for answers of the running app that never came. */
  silence: 3_500,
  /** All answers of a running app that does answer. */
  visit: 60_000,
} as const
