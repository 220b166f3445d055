// api:resolvers/shared/errors.js
import { util } from "@aws-appsync/utils";
function unauthorized(message) {
  util.error(message, "Unauthorized");
}
function notFound(message) {
  util.error(message, "NotFound");
}
function conflict(message) {
  util.error(message, "Conflict");
}
function badRequest(message) {
  util.error(message, "BadRequest");
}

// api:resolvers/shared/caller.js
function isIn(ctx, group) {
  return !!ctx.identity && !!ctx.identity.groups && ctx.identity.groups.includes(group);
}
function writesCatalogue(ctx) {
  return isIn(ctx, "Admins");
}
function requireCatalogue(ctx) {
  if (!writesCatalogue(ctx)) {
    unauthorized("only those who write the catalogue may do this");
  }
}

// api:resolvers/shared/checks.js
function isGiven(value) {
  return value !== void 0 && value !== null;
}
function checkLength(name, text, min, max) {
  if (text.length < min || text.length > max) {
    badRequest(`${name} must have ${min} to ${max} characters, got ${text.length}`);
  }
}
function checkId(name, id) {
  checkLength(name, id, 1, 128);
}

// api:resolvers/shared/database.js
import { util as util2 } from "@aws-appsync/utils";
function checkFault(ctx) {
  if (ctx.error) {
    fault(ctx);
  }
}
function fault(ctx) {
  if (ctx.error.type === "DynamoDB:TransactionConflictException") {
    conflict("another write came in the same moment: try again");
  }
  util2.error("the database could not do this: try again", ctx.error.type);
}

// api:resolvers/shared/keys.js
import { util as util3 } from "@aws-appsync/utils";
function productKey(id) {
  return util3.dynamodb.toMapValues({ id });
}

// api:resolvers/shared/picture.js
import { util as util4 } from "@aws-appsync/utils";
var hex = "0123456789abcdef";
var dashes = [8, 13, 18, 23];
var drafts = "drafts/";
var liveProducts = "public/products/";
function checkUpload(key, sub) {
  const folder = `uploads/${sub}/`;
  const id = key.slice(folder.length);
  if (!key.startsWith(folder) || !isUUID(id)) {
    badRequest(`imgKey must be the key of an upload, ${folder}<UUID>: put the file there first`);
  }
  return id;
}
function isUUID(text) {
  return text.length === 36 && text.split("").every((char, i) => dashes.includes(i) ? char === "-" : hex.includes(char));
}
function areaOf(product) {
  return product.state === "LIVE" ? liveProducts : drafts;
}

// api:resolvers/shared/currency.js
var codes = [
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY",
  "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR",
  "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK",
  "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF",
  "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU",
  "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
];
function checkCurrency(code) {
  if (!codes.some((line) => line.split(" ").includes(code))) {
    badRequest("currency must be a code of ISO 4217 that is in use, as in EUR");
  }
}

// api:resolvers/shared/product.js
var largestInt = 2147483647;
function checkProductInput(input) {
  checkLength("name", input.name, 1, 200);
  if (isGiven(input.description)) {
    checkLength("description", input.description, 0, 5e3);
  }
  if (input.price < 0 || input.price > largestInt) {
    badRequest(`price must be 0 to ${largestInt}, in minor units`);
  }
  checkCurrency(input.currency);
}
var changedMeanwhile = "the product has another version or state by now: read it again";

// api:resolvers/readProduct.js
function request(ctx) {
  requireCatalogue(ctx);
  const { id, input } = ctx.args;
  checkId("id", id);
  ctx.stash.made = [];
  if (isGiven(input)) {
    checkProductInput(input);
    if (isGiven(input.imgKey)) {
      const { sub } = ctx.identity;
      const upload = checkUpload(input.imgKey, sub);
      ctx.stash.make = { upload: input.imgKey, owner: sub, claim: `${id}.${ctx.args.version}.${upload}` };
    }
  }
  return { operation: "GetItem", key: productKey(id), consistentRead: true };
}
function response(ctx) {
  checkFault(ctx);
  const row = ctx.result;
  if (!row) {
    notFound("there is no such product");
  }
  if (row.version !== ctx.args.version) {
    conflict(changedMeanwhile);
  }
  ctx.stash.product = row;
  if (ctx.stash.make) {
    ctx.stash.make.area = areaOf(row);
  }
  return null;
}
export {
  request,
  response
};
