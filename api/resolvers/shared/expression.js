import { util } from '@aws-appsync/utils';

/**
 * A DynamoDB expression with names and values. In its text #name, before a space or a comma, stands for the attribute of
 * that name (DynamoDB reserves many plain words), and :value for the member of values of that name.
 */
export function expression(text, values) {
  const result = { expression: text, expressionNames: {}, expressionValues: {} };
  text.split('#').slice(1).forEach((rest) => {
    const name = rest.split(' ')[0].split(',')[0];
    result.expressionNames[`#${name}`] = name;
  });
  Object.keys(values).forEach((name) => {
    result.expressionValues[`:${name}`] = util.dynamodb.toDynamoDB(values[name]);
  });
  return result;
}
