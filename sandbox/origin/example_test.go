package origin_test

import (
	"fmt"

	"lightbox.example/lightbox/sandbox/origin"
)

func ExampleCheck() {
	for _, text := range []string{"http://localhost:5173", "https://[::1]:8443", "https://shop.example.com/", "*"} {
		fmt.Println(origin.Check(text))
	}
	// Output:
	// <nil>
	// <nil>
	// got "https://shop.example.com/", want an origin without a trailing slash, as in "https://shop.example.com"
	// got "*", want an origin by its name
}
