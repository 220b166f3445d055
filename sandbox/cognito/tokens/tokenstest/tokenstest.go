// Package tokenstest gives tests signing keys that take no time to make.
package tokenstest

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"sync/atomic"
)

var (
	mutex sync.Mutex
	made  []*rsa.PrivateKey
)

// Keys makes the keys of one service's pools, each of them another (cognito.Config.SigningKey). Services of one process
// have the same ones: a key of 2,048 bits takes a quarter of a second.
func Keys() func() (*rsa.PrivateKey, error) {
	var taken atomic.Int64
	return func() (*rsa.PrivateKey, error) {
		number := int(taken.Add(1)) - 1
		mutex.Lock()
		defer mutex.Unlock()
		for len(made) <= number {
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				return nil, err
			}
			made = append(made, key)
		}
		return made[number], nil
	}
}
