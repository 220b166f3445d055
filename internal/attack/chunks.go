package attack

import (
	"bytes"
	"net/http"
	"strings"
)

const streaming = "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html"

var longChunk = strings.Repeat("c", 8<<10)

// chunky is alice writing a file in three signed chunks, and trailed the same with a sum behind them.
func chunky(w *World) *request {
	r := w.object(w.alice.keys, http.MethodPut, w.alice.private("chunks.txt"), []byte{})
	r.sign.payload, r.sign.chunks = streamed, []string{longChunk, longChunk, "end"}
	return r.add("Content-Encoding", "aws-chunked").add("X-Amz-Decoded-Content-Length", "16387")
}

func trailed(w *World) *request {
	r := w.object(w.alice.keys, http.MethodPut, w.alice.private("chunks.txt"), []byte{})
	r.sign.payload, r.sign.chunks, r.sign.trailer = streamedTrailer, []string{"end"}, "x-amz-checksum-crc32:APwzsQ=="
	return r.add("Content-Encoding", "aws-chunked").add("X-Amz-Decoded-Content-Length", "3").add("X-Amz-Trailer", "x-amz-checksum-crc32")
}

// inBody changes the body behind the signer's back. Its length stays true.
func inBody(with func(body []byte) []byte) change {
	return sealed(func(_ *World, r *request) { r.carry(string(with(bytes.Clone(r.body)))) })
}

// pieces cuts a body in chunks, each with its head and what follows its data.
func pieces(body []byte) [][]byte {
	var list [][]byte
	for _, piece := range bytes.SplitAfter(body, []byte("\r\n"))[0:] {
		if bytes.Contains(piece, []byte(";chunk-signature=")) || len(list) == 0 {
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], piece...)
	}
	return list
}

func ordered(order ...int) change {
	return inBody(func(body []byte) []byte {
		list := pieces(body)
		var b []byte
		for _, i := range order {
			b = append(b, list[i]...)
		}
		return b
	})
}

// chunkSignatures are uploads in signed chunks of which one is not what was signed.
func chunkSignatures(*World) []attack {
	rows := []row{
		{id: "swapped", want: wrongSigned, change: func(w *World, r *request) {
			r.sign.chunks[0] = strings.Repeat("d", 8<<10)
			ordered(1, 0, 2, 3)(w, r)
		}},
		{id: "first-left-out", want: wrongSigned, change: ordered(1, 2, 3)},
		{id: "second-left-out", want: wrongSigned, change: ordered(0, 2, 3)},
		{id: "one-twice", want: "403 SignatureDoesNotMatch", change: ordered(0, 0, 1, 2, 3)},
		{id: "end-left-out", want: "400 IncompleteBody", change: ordered(0, 1, 2)},
		{id: "more-after-the-end", want: "400 MalformedTrailerError", change: inBody(func(body []byte) []byte { return append(body, "more\r\n"...) })},
		{id: "unsigned-chunk", want: "400 IncompleteBody", change: inBody(func(body []byte) []byte {
			return append([]byte("2000\r\n"+longChunk+"\r\n"), body...)
		})},
		{id: "small-chunk-in-the-middle", want: "403 InvalidChunkSizeError", change: func(_ *World, r *request) {
			r.sign.chunks = []string{"begin", longChunk}
			r.set("X-Amz-Decoded-Content-Length", "8197")
		}},
		{id: "length-too-short", want: "400 IncompleteBody", change: func(_ *World, r *request) { r.set("X-Amz-Decoded-Content-Length", "16386") }},
		{id: "length-too-long", want: "400 IncompleteBody", change: func(_ *World, r *request) { r.set("X-Amz-Decoded-Content-Length", "16388") }},
		{id: "length-missing", want: "411 MissingContentLength", change: func(_ *World, r *request) { r.del("X-Amz-Decoded-Content-Length") }},
		{id: "length-negative", want: "411 MissingContentLength", change: func(_ *World, r *request) { r.set("X-Amz-Decoded-Content-Length", "-1") }},
		{id: "size-of-no-form", want: "400 IncompleteBody", change: inBody(func(body []byte) []byte { return append([]byte("0x"), body...) })},
		{id: "size-too-large", want: "400 IncompleteBody", change: inBody(func(body []byte) []byte { return append([]byte("ffffffff"), body...) })},
		{id: "size-negative", want: "400 IncompleteBody", change: inBody(func(body []byte) []byte { return append([]byte("-"), body...) })},
	}
	for i, name := range []string{"first", "second", "third", "last"} {
		rows = append(rows, row{id: "signature-of-the-" + name, want: wrongSigned, change: inBody(func(body []byte) []byte {
			at := 0
			for range i + 1 {
				at += bytes.Index(body[at:], []byte("chunk-signature=")) + len("chunk-signature=")
			}
			body[at] = other(body[at])[0]
			return body
		})})
		if name != "last" {
			rows = append(rows, row{id: "data-of-the-" + name, want: wrongSigned, change: inBody(func(body []byte) []byte {
				list := pieces(body)
				list[i][len(list[i])-3] ^= 1
				return bytes.Join(list, nil)
			})})
		}
	}
	list := against(chunky, "a request that was overheard", streaming, rows)
	return append(list, against(trailed, "a request that was overheard", "https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html", trailers())...)
}

// trailers are sums behind the chunks that are not what was signed.
func trailers() []row {
	swap := func(old, by string) change {
		return inBody(func(body []byte) []byte { return bytes.Replace(body, []byte(old), []byte(by), 1) })
	}
	return []row{
		{id: "sum-changed", want: wrongSigned, change: swap("APwzsQ", "AAAAAA")},
		{id: "sum-signed-and-wrong", want: "400 BadDigest", change: func(_ *World, r *request) { r.sign.trailer = "x-amz-checksum-crc32:AAAAAA==" }},
		{id: "trailer-not-announced", want: "400 MalformedTrailerError", change: func(_ *World, r *request) { r.sign.trailer = "x-amz-meta-role:admin" }},
		{id: "another-trailer-added", want: "400 MalformedTrailerError", change: swap("x-amz-trailer-signature", "x-amz-meta-role:admin\r\nx-amz-trailer-signature")},
		{id: "trailer-signature-missing", want: "403 SignatureDoesNotMatch", change: inBody(func(body []byte) []byte {
			before, _, _ := bytes.Cut(body, []byte("x-amz-trailer-signature"))
			return append(before, "\r\n"...)
		})},
		{id: "trailer-left-out", want: "400 MalformedTrailerError", change: swap("x-amz-checksum-crc32:APwzsQ==\r\n", "")},
		{id: "trailer-signature-of-another", want: wrongSigned, change: swap("x-amz-trailer-signature:", "x-amz-trailer-signature:0")},
	}
}
