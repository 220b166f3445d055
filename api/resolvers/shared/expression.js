import { util } from '@aws-appsync/utils';

/**
 * A DynamoDB expression with names and values. In its text #name, before a space or a comma, stands for the attribute of
 * that name (DynamoDB reserves many plain words), and :value for the member of values of that name.
 */
export function expression(text, values) {
  const result = { expression: text, expressionNames: {}, expressionValues: {} };
  for (const rest of text.split('#').slice(1)) {
    const name = rest.split(' ')[0].split(',')[0];
    result.expressionNames[`#${name}`] = name;
  }
  for (const name of Object.keys(values)) {
    result.expressionValues[`:${name}`] = util.dynamodb.toDynamoDB(values[name]);
  }
  return result;
}
