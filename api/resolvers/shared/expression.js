import { util } from '@aws-appsync/utils';

/**
 * A DynamoDB expression. In its text #name, before a space or a comma, stands for the attribute of that name (DynamoDB
 * reserves many plain words), and :value for the member of values of that name.
 */
export function expression(text, values) {
  const result = { expression: text };

  const attributes = text.split('#').slice(1).map((rest) => rest.split(' ')[0].split(',')[0]);
  if (attributes.length > 0) {
    result.expressionNames = {};
    for (const name of attributes) {
      result.expressionNames[`#${name}`] = name;
    }
  }
  if (values) {
    result.expressionValues = {};
    for (const name of Object.keys(values)) {
      result.expressionValues[`:${name}`] = util.dynamodb.toDynamoDB(values[name]);
    }
  }
  return result;
}
