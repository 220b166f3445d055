import { describe, expect, test } from 'vitest';
import { decimal, formatPrice, maxPrice, parsePrice } from './price';

describe('formatPrice', () => {
  test.each([
    [1999, 'EUR', '€19.99'],
    [5, 'EUR', '€0.05'],
    [0, 'USD', '$0.00'],
    [1999, 'JPY', '¥1,999'],
    [1999, 'KWD', 'KWD 1.999'],
    [1_234_500, 'HUF', 'HUF 12,345.00'],
    [maxPrice, 'EUR', '€21,474,836.47'],
  ])('%i %s is %s', (minor, currency, want) => {
    expect(formatPrice(minor, currency, 'en-US').replace(/\u00a0/g, ' ')).toBe(want);
  });

  test('has the minor digits of ISO 4217 where Intl by itself has none', () => {
    expect(formatPrice(1050, 'LAK', 'en-US')).toContain('10.50');
  });
});

describe('parsePrice', () => {
  test.each([
    ['19.99', 'EUR', 1999],
    ['19,9', 'EUR', 1990],
    [' 20 ', 'EUR', 2000],
    ['0.07', 'USD', 7],
    // As a binary fraction, 1.005 times 1000 is 1004.9999999999999.
    ['1.005', 'KWD', 1005],
    ['1200', 'JPY', 1200],
    ['21474836.47', 'EUR', maxPrice],
  ])('%s %s is %i', (typed, currency, want) => {
    expect(parsePrice(typed, currency)).toBe(want);
  });

  test.each([
    ['', 'EUR', /as in 19\.99/],
    ['-1', 'EUR', /as in 19\.99/],
    ['1e3', 'EUR', /as in 19\.99/],
    ['1.234', 'EUR', /2 digits/],
    ['1.5', 'JPY', /no minor unit/],
    ['21474836.48', 'EUR', /highest price is 21474836\.47/],
  ])('refuses %j %s', (typed, currency, want) => {
    expect(parsePrice(typed, currency)).toMatch(want);
  });

  test('reads what decimal writes', () => {
    for (const minor of [0, 1, 10, 99, 100, 123_456_789]) {
      expect(parsePrice(decimal(minor, 2), 'EUR')).toBe(minor);
    }
  });
});
