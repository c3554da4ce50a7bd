export const deadlyStream = 666
export const stuckStream = 667
