'use client';

import '@aws-amplify/ui-react/styles.layer.css';
import '@/styles/amplify.css';
import { Authenticator, useAuthenticator } from '@aws-amplify/ui-react';
import { confirmResetPassword, confirmSignUp, resendSignUpCode, resetPassword, signUp } from 'aws-amplify/auth';
import { I18n } from 'aws-amplify/utils';
import { plainly } from '@/lib/faults';
import { Loading } from '../ui/Loading';
import { PasswordOf } from './PasswordOf';

// Written as the other pages write.
I18n.putVocabularies({ en: { 'Sign In': 'Sign in', 'Create Account': 'Create account' } });
I18n.setLanguage('en');

/**
 * Amplify's own pages for signing in and up, with codes, forgotten passwords and second factors, and what for. Whoever signs in
 * again has an account and knows.
 */
export default function SignIn({ again = false }: { again?: boolean }) {
  return (
    <Authenticator.Provider>{again ? <Forms again /> : <Entrance />}</Authenticator.Provider>
  );
}

// Where Amplify shows no form: before it has started, and once somebody is signed in.
const formless = ['idle', 'setup', 'transition', 'authenticated', 'signOut'];

function Entrance() {
  const { route } = useAuthenticator((context) => [context.route]);
  // Together: on a phone a form that came later would push down what stands below it.
  const ready = !!route && !formless.includes(route);
  return (
    <div className="entrance">
      <div>
        {!ready && <Loading />}
        <Forms />
      </div>
      {ready && <Reasons />}
    </div>
  );
}

function Reasons() {
  return (
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
  );
}

const components = { ConfirmResetPassword: { Header: NewPassword }, ForceNewPassword: { Header: NewPassword } };

/** The head of the forms that ask for a new password and for no name. */
function NewPassword() {
  const { username } = useAuthenticator((context) => [context.username]);
  return (
    <>
      <PasswordOf username={username} />
      <h2>Choose a new password</h2>
    </>
  );
}

// Where the user pool may have a function called, whose words are for people.
const services = {
  handleSignUp: plainly(signUp),
  handleConfirmSignUp: plainly(confirmSignUp),
  handleResendSignUpCode: plainly(resendSignUpCode),
  handleForgotPassword: plainly(resetPassword),
  handleForgotPasswordSubmit: plainly(confirmResetPassword),
};

function Forms({ again = false }: { again?: boolean }) {
  return (
    <Authenticator
      loginMechanisms={['username', 'email']}
      signUpAttributes={['email']}
      components={components}
      services={services}
      hideSignUp={again}
      formFields={{
        signIn: { username: { label: 'User name or e-mail', placeholder: '' }, password: { placeholder: '' } },
        signUp: {
          username: { label: 'User name', placeholder: '', order: 1 },
          email: { label: 'E-mail', placeholder: '', order: 2, autocomplete: 'email' },
          password: { placeholder: '', order: 3 },
          confirm_password: { label: 'Password again', placeholder: '', order: 4 },
        },
        forgotPassword: { username: { label: 'User name or e-mail', placeholder: '' } },
      }}
    />
  );
}
