package appsyncjs

// CodeLimit is the largest code of a resolver or a function that AppSync takes, in bytes.
//
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateResolver.html
const CodeLimit = 32_768
