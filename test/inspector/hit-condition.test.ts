import { expect, it } from 'vitest';
import { writeHitCondition } from '../../src/inspector/hit-condition.ts';

it('reads names and yields false, and holds nothing but what the parse of the script found', () => {
  const text = writeHitCondition('sf_1', 7, {
    scopes: [
      { kind: 'block', names: ['item'] },
      { kind: 'local', names: ['order'] },
    ],
    privateFields: ['#total'],
    hasThis: true,
    hasArguments: true,
    hidden: [],
    runsOnce: false,
    handsOn: false,
    hazard: null,
    functionLength: 100,
  });
  expect(text).toBe(
    '{const sf_1_={__proto__:null};' +
      'try{sf_1_.item=item}catch{}try{sf_1_.order=order}catch{}' +
      'try{sf_1_.this=this}catch{}try{sf_1_["#total"]=this.#total}catch{}' +
      'try{sf_1_.arguments=arguments}catch{}sf_1(7,sf_1_)}false',
  );
});
