import js from '@eslint/js';
import globals from 'globals';

const rules = {
  ...js.configs.recommended.rules,
  eqeqeq: 'error',
  'no-var': 'error',
  'prefer-const': 'error',
  'no-implicit-globals': 'error',
  'no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
  'max-lines': ['error', { max: 265 }],
  'max-lines-per-function': ['error', { max: 45 }],
  // Nothing that was said or sent may ever become markup.
  'no-restricted-properties': [
    'error',
    { property: 'innerHTML', message: 'Use textContent.' },
    { property: 'outerHTML', message: 'Use textContent.' },
    { property: 'insertAdjacentHTML', message: 'Use textContent.' },
    { object: 'document', property: 'write', message: 'Use textContent.' },
  ],
  'no-eval': 'error',
  'no-implied-eval': 'error',
};

export default [
  {
    files: ['client_web/**/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.browser },
    rules,
  },
  {
    files: ['client_web/*-worklet.js'],
    languageOptions: { globals: globals.audioWorklet },
  },
  {
    files: ['tests/web/**/*.js'],
    languageOptions: { ecmaVersion: 2022, sourceType: 'module', globals: globals.node },
    rules: { ...rules, 'max-lines-per-function': 'off' },
  },
];
