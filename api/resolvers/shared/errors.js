import { util } from '@aws-appsync/utils';

// The five errors of the API. None carries data: what a row held is never part of an error.

export function unauthorized(message) {
  util.error(message, 'Unauthorized');
}

export function notFound(message) {
  util.error(message, 'NotFound');
}

export function conflict(message) {
  util.error(message, 'Conflict');
}

export function badRequest(message) {
  util.error(message, 'BadRequest');
}

export function limitExceeded(message) {
  util.error(message, 'LimitExceeded');
}
