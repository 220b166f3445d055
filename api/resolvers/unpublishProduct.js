import { util } from '@aws-appsync/utils';
import { requireCatalogue } from './shared/caller.js';
import { checkId } from './shared/checks.js';
import { expression } from './shared/expression.js';
import { productKey } from './shared/keys.js';
import { checkPicture, drafts } from './shared/picture.js';
import { checkProductWrite } from './shared/product.js';

export function request(ctx) {
  requireCatalogue(ctx);
  const { id, version, imgKey } = ctx.args;
  checkId('id', id);
  checkPicture(imgKey, drafts);
  return {
    operation: 'UpdateItem',
    key: productKey(id),
    update: expression('SET #state = :draft, #imgKey = :imgKey, #updatedAt = :now ADD #version :one', {
      draft: 'DRAFT',
      imgKey,
      now: util.time.nowISO8601(),
      one: 1,
    }),
    condition: expression('#version = :version AND #state = :live', { version, live: 'LIVE' }),
  };
}

// No more than this: guests are subscribed to it.
export function response(ctx) {
  checkProductWrite(ctx);
  return { id: ctx.args.id, wasLive: true };
}
