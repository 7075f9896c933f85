// Audits a log by Go's own verifier (golang.org/x/mod/sumdb): every tile is rebuilt from the leaves. TileHashReader is
// not used: it accepts a bundle and a tile that were forged together (CVE-2026-56865).
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// p256 verifies signed-note type 2, which x/mod leaves to its caller.
type p256 struct {
	name string
	hash uint32
	key  *ecdsa.PublicKey
}

func (v *p256) Name() string    { return v.name }
func (v *p256) KeyHash() uint32 { return v.hash }
func (v *p256) Verify(msg, sig []byte) bool {
	digest := sha256.Sum256(msg)
	return ecdsa.VerifyASN1(v.key, digest[:], sig)
}

func verifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || raw[0] != 2 {
		return note.NewVerifier(vkey)
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(raw[1:])
	if err != nil {
		return nil, err
	}
	return &p256{parts[0], uint32(hash), key.(*ecdsa.PublicKey)}, nil
}

type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(s)) {
			return nil, errors.New("no such hash")
		}
		found[i] = s[index]
	}
	return found, nil
}

// path writes a tile's path as c2sp.org/tlog-tiles does, without x/mod's height.
func path(level string, number int64, width int) string {
	text := fmt.Sprintf("%03d", number%1000)
	for number >= 1000 {
		number /= 1000
		text = fmt.Sprintf("x%03d/%s", number%1000, text)
	}
	if width < 256 {
		text += fmt.Sprintf(".p/%d", width)
	}
	return "tile/" + level + "/" + text
}

func opened(raw []byte, known note.Verifiers) (tlog.Tree, error) {
	n, err := note.Open(raw, known)
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(n.Sigs) != 2 {
		return tlog.Tree{}, fmt.Errorf("%d signatures of known keys", len(n.Sigs))
	}
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func leaves(folder string, size int64) (stored, [][]byte, error) {
	var hashes stored
	var all [][]byte
	for number := int64(0); number*256 < size; number++ {
		width := size - number*256
		if width > 256 {
			width = 256
		}
		raw, err := os.ReadFile(filepath.Join(folder, path("entries", number, int(width))))
		if err != nil {
			return nil, nil, err
		}
		for ; len(raw) > 0; raw = raw[2+binary.BigEndian.Uint16(raw):] {
			leaf := raw[2 : 2+binary.BigEndian.Uint16(raw)]
			more, err := tlog.StoredHashesForRecordHash(int64(len(all)), tlog.RecordHash(leaf), hashes)
			if err != nil {
				return nil, nil, err
			}
			hashes, all = append(hashes, more...), append(all, leaf)
		}
	}
	return hashes, all, nil
}

func tiles(folder string, size int64, hashes stored) (int, error) {
	count := 0
	for level, left := 0, size; left > 0; level, left = level+1, left>>8 {
		for number := int64(0); number*256 < left; number++ {
			width := left - number*256
			if width > 256 {
				width = 256
			}
			rebuilt, err := tlog.ReadTileData(tlog.Tile{H: 8, L: level, N: number, W: int(width)}, hashes)
			if err != nil {
				return count, err
			}
			name := path(strconv.Itoa(level), number, int(width))
			kept, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				return count, err
			}
			if !bytes.Equal(kept, rebuilt) {
				return count, fmt.Errorf("%s is not what its leaves give", name)
			}
			count++
		}
	}
	return count, nil
}

type proofs struct {
	Inclusion []struct {
		Index int64
		Path  []tlog.Hash
	}
	Consistency []struct {
		Old        int64
		Checkpoint string
		Path       []tlog.Hash
	}
}

func audit(folder string) (string, error) {
	raw, err := os.ReadFile(filepath.Join(folder, "vkeys"))
	if err != nil {
		return "", err
	}
	var keys []note.Verifier
	for _, line := range strings.Fields(string(raw)) {
		key, err := verifier(line)
		if err != nil {
			return "", err
		}
		keys = append(keys, key)
	}
	known := note.VerifierList(keys...)
	if raw, err = os.ReadFile(filepath.Join(folder, "checkpoint")); err != nil {
		return "", err
	}
	tree, err := opened(raw, known)
	if err != nil {
		return "", err
	}
	hashes, all, err := leaves(folder, tree.N)
	if err != nil {
		return "", err
	}
	root, err := tlog.TreeHash(int64(len(all)), hashes)
	if err != nil || root != tree.Hash || int64(len(all)) != tree.N {
		return "", fmt.Errorf("the leaves do not give the signed root: %v", err)
	}
	count, err := tiles(folder, tree.N, hashes)
	if err != nil {
		return "", err
	}
	var given proofs
	if raw, err = os.ReadFile(filepath.Join(folder, "proofs.json")); err != nil {
		return "", err
	}
	if err := json.Unmarshal(raw, &given); err != nil {
		return "", err
	}
	for _, each := range given.Inclusion {
		if err := tlog.CheckRecord(each.Path, tree.N, tree.Hash, each.Index, tlog.RecordHash(all[each.Index])); err != nil {
			return "", err
		}
	}
	for _, each := range given.Consistency {
		old, err := opened([]byte(each.Checkpoint), known)
		if err != nil {
			return "", err
		}
		if err := tlog.CheckTree(each.Path, tree.N, tree.Hash, old.N, old.Hash); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%d leaves, %d tiles, both signatures, %d proofs of inclusion, %d of growth",
		len(all), count, len(given.Inclusion), len(given.Consistency)), nil
}

func main() {
	said, err := audit(os.Args[1])
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
	fmt.Println(said)
}
