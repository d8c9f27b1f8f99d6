/** The variable of the key that the guide proposes; sharedSession() reads it by itself. */
export const ourVariable = 'SECRET_KEY'
