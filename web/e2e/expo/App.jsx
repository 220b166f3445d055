import { Amplify } from 'aws-amplify';
import { CONNECTION_STATE_CHANGE, generateClient } from 'aws-amplify/api';
import { confirmSignUp, fetchAuthSession, signIn, signUp } from 'aws-amplify/auth';
import { uploadData } from 'aws-amplify/storage';
import { Hub } from 'aws-amplify/utils';
import { useEffect, useState } from 'react';
import { Button, Image, ScrollView, Text, TextInput } from 'react-native';
import { v4 as uuid } from 'uuid';
import outputs from './amplify_outputs.json';

// The app of docs/frontends with a screen of React Native's. It knows the sandbox in one place, where a picture's address is.

Amplify.configure(outputs);
const client = generateClient({ authMode: 'userPool' });
const ask = async (query, variables) => (await client.graphql({ query, variables })).data;
const photo = 'id caption picture { renditions { url } }';

/** A screen that posts the file at an address, as of a picker of pictures. */
export default function App({ file }) {
  const [person, setPerson] = useState({});
  const [status, setStatus] = useState('');
  const [connection, setConnection] = useState('');
  const [progress, setProgress] = useState(0);
  const [photos, setPhotos] = useState([]);

  useEffect(() => Hub.listen('api', ({ payload: { event, data } }) => event === CONNECTION_STATE_CHANGE && setConnection(data.connectionState)), []);

  /** Does something, and says what came of it. */
  const saying = async (act) => {
    try {
      setStatus(await act());
    } catch (error) {
      setStatus(error.errors?.[0].message ?? error.message);
    }
  };

  const join = async () => {
    const { username, email, password } = person;
    await signUp({ username, password, options: { userAttributes: { email } } });
    return 'The code is in the inbox';
  };

  const enter = async () => {
    const { username, password, code } = person;
    await confirmSignUp({ username, confirmationCode: code });
    await signIn({ username, password });
    client.graphql({ query: `subscription { onPhotoCreated { ${photo} } }` }).subscribe({
      next: ({ data }) => setPhotos((before) => [data.onPhotoCreated, ...before]),
      error: (error) => saying(() => Promise.reject(error)),
    });
    return `Signed in as ${username}`;
  };

  const post = async () => {
    const data = await (await fetch(file)).blob();
    const { userSub } = await fetchAuthSession();
    const path = `uploads/${userSub}/${uuid()}`;
    const onProgress = ({ transferredBytes, totalBytes }) => setProgress(transferredBytes / totalBytes);
    await uploadData({ path, data, options: { contentType: 'image/png', onProgress } }).result;
    await ask(`mutation ($input: PhotoInput!) { createPhoto(input: $input) { ${photo} } }`, { input: { imgKey: path, caption: person.username } });
    return 'Posted';
  };

  const list = async () => {
    const { items } = (await ask(`query { listPhotos { items { ${photo} } } }`)).listPhotos;
    setPhotos(items);
    return `Listed ${items.length}`;
  };

  const field = (name) => ({
    accessibilityLabel: name,
    value: person[name] ?? '',
    onChangeText: (text) => setPerson((before) => ({ ...before, [name]: text })),
  });
  const at = (url) => self.lightboxBridge?.bridged(url) ?? url;
  return (
    <ScrollView>
      <TextInput {...field('username')} />
      <TextInput {...field('email')} />
      <TextInput {...field('password')} secureTextEntry />
      <TextInput {...field('code')} />
      <Button title="Sign up" onPress={() => saying(join)} />
      <Button title="Sign in" onPress={() => saying(enter)} />
      <Button title="Post" onPress={() => saying(post)} />
      <Button title="List" onPress={() => saying(list)} />
      <Text accessibilityLabel="progress">{progress}</Text>
      <Text accessibilityLabel="connection">{connection}</Text>
      <Text accessibilityLabel="status">{status}</Text>
      {photos.map(({ id, caption, picture }) => (
        <Image key={id} accessibilityLabel={caption} source={{ uri: at(picture.renditions[0].url) }} />
      ))}
    </ScrollView>
  );
}
