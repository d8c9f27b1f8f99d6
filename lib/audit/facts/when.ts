/** When a value holds: the environment that a condition, a file's name or a script's name tells. */
export type When = 'production' | 'development' | 'test' | 'any'
