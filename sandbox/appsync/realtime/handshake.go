package realtime

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// subprotocol is what client and server agree on; a client offers its headers as a second one, with headerPrefix.
const (
	subprotocol  = "graphql-ws"
	headerPrefix = "header-"
)

var realtimeHost = regexp.MustCompile(`^([a-z0-9]{26})\.appsync-realtime-api\.[a-z0-9-]+\.amazonaws\.com$`)

// apiOf returns the API whose real-time endpoint a host is, with or without a port.
func apiOf(host string) (string, bool) {
	match := realtimeHost.FindStringSubmatch(aws.Hostname(host))
	if match == nil {
		return "", false
	}
	return match[1], true
}

// authorization returns the headers that a client connects with. It fails with a Refusal.
func authorization(r *http.Request, agreed string) (map[string]string, error) {
	if agreed != subprotocol {
		return nil, refuse("", "NoProtocolError")
	}
	query := r.URL.Query()
	if payload := query.Get("payload"); payload != "" {
		if decoded, err := decode(payload); err != nil || strings.TrimSpace(string(decoded)) != "{}" {
			return nil, badRequest("payload must be {} in base64")
		}
	}
	encoded := query.Get("header")
	for _, offer := range r.Header.Values("Sec-WebSocket-Protocol") {
		for offer := range strings.SplitSeq(offer, ",") {
			if text, ok := strings.CutPrefix(strings.TrimSpace(offer), headerPrefix); ok {
				encoded = text
			}
		}
	}
	if encoded == "" {
		return nil, refuse("UnauthorizedException", "Required headers are missing.")
	}
	decoded, err := decode(encoded)
	if err != nil {
		return nil, badRequest("header is not base64")
	}
	var header map[string]string
	if err := json.Unmarshal(decoded, &header); err != nil || header == nil {
		return nil, badRequest("header must be a JSON object of texts in base64")
	}
	return header, nil
}

// decode reads base64 in the alphabet of URLs or the other one, with or without padding.
func decode(text string) ([]byte, error) {
	text = strings.NewReplacer("+", "-", "/", "_").Replace(strings.TrimRight(text, "="))
	return base64.RawURLEncoding.DecodeString(text)
}
