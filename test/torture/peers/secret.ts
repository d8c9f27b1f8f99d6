/** Signs the cookies of every peer: long and random, as all of them ask for. */
export const secret = 'h3Vd0uQ7mXwEr9Ys2KpLzB6tNc1GfAj8oWiTbU5eRkM'
