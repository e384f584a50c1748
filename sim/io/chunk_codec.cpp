#include "sim/io/chunk_codec.h"

#include <libdeflate.h>

#include <algorithm>
#include <cstring>

#include "sim/io/errors.h"

namespace lambdasim::io {
namespace {

constexpr std::size_t kTile = 8;

/// Transposes an 8 x 8 matrix of bytes held in eight words (Hacker's Delight, 7-3, bytes for bits).
void transpose(std::uint64_t (&rows)[kTile]) {
  constexpr std::uint64_t kOdd4 = 0x00000000FFFFFFFFULL;
  constexpr std::uint64_t kOdd2 = 0x0000FFFF0000FFFFULL;
  constexpr std::uint64_t kOdd1 = 0x00FF00FF00FF00FFULL;
  const auto swap = [&rows](std::size_t a, std::size_t b, int shift, std::uint64_t mask) {
    const std::uint64_t t = ((rows[a] >> shift) ^ rows[b]) & mask;
    rows[a] ^= t << shift;
    rows[b] ^= t;
  };
  for (std::size_t i = 0; i < 4; ++i) {
    swap(i, i + 4, 32, kOdd4);
  }
  for (const std::size_t i : {0U, 1U, 4U, 5U}) {
    swap(i, i + 2, 16, kOdd2);
  }
  for (const std::size_t i : {0U, 2U, 4U, 6U}) {
    swap(i, i + 1, 8, kOdd1);
  }
}

void shuffle_words(const std::byte* in, std::size_t count, std::byte* out) {
  std::uint64_t rows[kTile];
  std::size_t i = 0;
  for (; i + kTile <= count; i += kTile) {
    std::memcpy(rows, in + i * kTile, sizeof rows);
    transpose(rows);
    for (std::size_t plane = 0; plane < kTile; ++plane) {
      std::memcpy(out + plane * count + i, &rows[plane], kTile);
    }
  }
  for (; i < count; ++i) {
    for (std::size_t plane = 0; plane < kTile; ++plane) {
      out[plane * count + i] = in[i * kTile + plane];
    }
  }
}

bool repeats(std::span<const std::byte> chunk, std::size_t element_size) {
  return chunk.size() > element_size &&
         std::memcmp(chunk.data(), chunk.data() + element_size, chunk.size() - element_size) == 0;
}

}  // namespace

void shuffle_bytes(std::span<const std::byte> in, std::size_t element_size, std::byte* out) {
  const std::size_t count = in.size() / element_size;
  if (element_size == kTile) {
    shuffle_words(in.data(), count, out);
    return;
  }
  for (std::size_t plane = 0; plane < element_size; ++plane) {
    const std::byte* from = in.data() + plane;
    std::byte* to = out + plane * count;
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = from[i * element_size];
    }
  }
}

void ChunkCodec::Free::operator()(libdeflate_compressor* compressor) const {
  libdeflate_free_compressor(compressor);
}

ChunkCodec::ChunkCodec(std::size_t element_size, int level)
    : element_size_(element_size),
      compressor_(level == 0 ? nullptr : libdeflate_alloc_compressor(level)) {
  if (level != 0 && compressor_ == nullptr) {
    throw IoFailure("cannot compress: not enough memory");
  }
}

ChunkCodec::~ChunkCodec() = default;
ChunkCodec::ChunkCodec(ChunkCodec&&) noexcept = default;

std::span<const std::byte> ChunkCodec::encode(std::span<const std::byte> chunk) {
  if (compressor_ == nullptr) {
    return chunk;
  }
  const bool constant = repeats(chunk, element_size_);
  if (constant && constant_chunk_ == chunk.size() &&
      std::memcmp(constant_.data(), chunk.data(), element_size_) == 0) {
    return {encoded_.data(), encoded_size_};
  }
  shuffled_.resize(chunk.size());
  encoded_.resize(libdeflate_zlib_compress_bound(compressor_.get(), chunk.size()));
  shuffle_bytes(chunk, element_size_, shuffled_.data());
  encoded_size_ = libdeflate_zlib_compress(compressor_.get(), shuffled_.data(), shuffled_.size(),
                                           encoded_.data(), encoded_.size());
  constant_chunk_ = constant ? chunk.size() : 0;
  constant_.assign(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(element_size_));
  return {encoded_.data(), encoded_size_};
}

}  // namespace lambdasim::io
