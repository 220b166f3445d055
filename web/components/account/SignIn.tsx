'use client';

import '@aws-amplify/ui-react/styles.layer.css';
import '@/styles/amplify.css';
import { Authenticator } from '@aws-amplify/ui-react';
import { I18n } from 'aws-amplify/utils';

// Written as the other pages write.
I18n.putVocabularies({ en: { 'Sign In': 'Sign in', 'Create Account': 'Create account' } });
I18n.setLanguage('en');

/** Amplify's own pages for signing in and up, with codes, forgotten passwords and second factors; and what for. */
export default function SignIn() {
  return (
    <div className="entrance">
      <Entrance />
      <section className="reasons" aria-labelledby="reasons">
        <h2 id="reasons">What an account is for</h2>
        <div>
          <h3>Photos</h3>
          <p className="muted">Post, like and comment. Everybody who is signed in sees it at once.</p>
        </div>
        <div>
          <h3>Files</h3>
          <p className="muted">Keep files to yourself, or share them by a link.</p>
        </div>
        <div>
          <h3>The store</h3>
          <p className="muted">Needs none: everybody can look around.</p>
        </div>
      </section>
    </div>
  );
}

function Entrance() {
  return (
    <Authenticator
      loginMechanisms={['username', 'email']}
      signUpAttributes={['email']}
      formFields={{
        signIn: { username: { label: 'User name or e-mail', placeholder: '' }, password: { placeholder: '' } },
        signUp: {
          username: { label: 'User name', placeholder: '', order: 1 },
          email: { label: 'E-mail', placeholder: '', order: 2 },
          password: { placeholder: '', order: 3 },
          confirm_password: { label: 'Password again', placeholder: '', order: 4 },
        },
        forgotPassword: { username: { label: 'User name or e-mail', placeholder: '' } },
      }}
    />
  );
}
