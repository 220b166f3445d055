import type { PlaywrightTestArgs, PlaywrightTestOptions, PlaywrightWorkerArgs, PlaywrightWorkerOptions, TestType } from '@playwright/test';

export { expect } from '@playwright/test';

/** Somebody who has an account. */
export interface Person {
  name: string;
  email: string;
  password: string;
}

/** What Cognito or SNS would have sent. */
export interface Mail {
  to: string;
  subject: string;
  code?: string;
  link?: string;
  purpose?: string;
}

/** What `lightbox up --ready json` says. */
export interface Ready {
  /** Addresses, as in 127.0.0.1:4566: of the endpoint, of AWS's names, and of the pages, as in localhost:3000. */
  http: string;
  https: string;
  web: string;
  /** The certificate that signs those of AWS's names. */
  caFile: string;
  region: string;
  stacks: { name: string; status: string; outputs: Record<string, string> }[];
  /** What AWS's SDKs and CLI have to have in their environment. */
  environment: Record<string, string>;
}

/** A sandbox that runs. */
export interface Lightbox {
  readonly ready: Ready;
  /** The endpoint, as in http://127.0.0.1:4566. */
  readonly endpoint: string;
  /** The pages that came with it, as in http://localhost:3000. */
  readonly pages: string;
  /** The outputs of all stacks, such as UserPoolId. */
  readonly outputs: Record<string, string>;
  /** What Amplify.configure() takes: amplify_outputs.json. */
  readonly settings: Record<string, unknown>;
  /** Flags for Chromium: AWS's names lead here. The fixture gives them to the browser. */
  readonly chromium: string[];
  /** Somebody who has signed up and confirmed; in groups, as in ['Admins'], if there are any. */
  user(name: string, groups?: string[]): Promise<Person>;
  /** What was sent, the latest first. */
  inbox(): Promise<Mail[]>;
  /** The latest code that was sent to an address; waits five seconds for one. */
  code(to: string): Promise<string>;
  /** Keeps all that there is under a name. */
  save(name: string): Promise<void>;
  /** Puts back what was kept under a name. */
  load(name: string): Promise<void>;
  /** Has the clock go forward, as in '25h'; without a time, what it shows. */
  clock(forward?: string): Promise<Date>;
}

export interface LightboxTestOptions {
  /** The state that every test begins with: a name that was saved; that of an empty backend unless it is set. */
  lightboxState: string;
}

export interface LightboxWorkerOptions {
  /** More flags of `lightbox up`, as in ['--origin', 'http://localhost:4173']. */
  lightboxArgs: string[];
}

export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & LightboxTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & LightboxWorkerOptions & { lightbox: Lightbox }
>;
