#include "sim/io/chunk_codec.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <cmath>
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

/// Whether bytes look like noise: an entropy of nearly 8 bits in a sample from the front.
bool is_noise(std::span<const std::byte> plane) {
  constexpr std::size_t kSample = 8192;
  constexpr double kNearlyEight = 7.8;
  if (plane.size() < kSample) {
    return false;
  }
  std::array<std::uint32_t, 256> counts{};
  for (const std::byte byte : plane.first(kSample)) {
    ++counts[std::to_integer<std::size_t>(byte)];
  }
  double bits = 0;
  for (const std::uint32_t count : counts) {
    if (count > 0) {
      const double share = static_cast<double>(count) / kSample;
      bits -= share * std::log2(share);
    }
  }
  return bits > kNearlyEight;
}

std::byte* put_u16(std::byte* out, std::uint16_t value) {
  *out++ = static_cast<std::byte>(value & 0xFFU);
  *out++ = static_cast<std::byte>(value >> 8U);
  return out;
}

/// Stored blocks of deflate (RFC 1951, 3.2.4), none of them the last.
std::byte* put_stored(std::byte* out, std::span<const std::byte> bytes) {
  constexpr std::size_t kMost = 0xFFFF;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kMost);
    *out++ = std::byte{0};
    out = put_u16(out, static_cast<std::uint16_t>(size));
    out = put_u16(out, static_cast<std::uint16_t>(~size));
    out = std::copy_n(bytes.data(), size, out);
    bytes = bytes.subspan(size);
  }
  return out;
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

/// Size of the noise at the front of the shuffled chunk, in whole planes.
std::size_t ChunkCodec::noise_size() const {
  const std::size_t plane = shuffled_.size() / element_size_;
  std::size_t size = 0;
  while (size < shuffled_.size() - plane && is_noise(std::span(shuffled_).subspan(size, plane))) {
    size += plane;
  }
  return size;
}

/// The zlib stream (RFC 1950) of the shuffled chunk. @return its size
std::size_t ChunkCodec::deflate() {
  const std::size_t noise = noise_size();
  std::byte* out = encoded_.data();
  *out++ = std::byte{0x78};  // deflate, window of 32 KiB
  *out++ = std::byte{0x01};  // fastest
  out = put_stored(out, std::span(shuffled_).first(noise));
  out += libdeflate_deflate_compress(
      compressor_.get(), shuffled_.data() + noise, shuffled_.size() - noise, out,
      encoded_.size() - static_cast<std::size_t>(out - encoded_.data()));
  const std::uint32_t check = libdeflate_adler32(1, shuffled_.data(), shuffled_.size());
  for (const int shift : {24, 16, 8, 0}) {
    *out++ = static_cast<std::byte>(check >> shift & 0xFFU);
  }
  return static_cast<std::size_t>(out - encoded_.data());
}

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
  encoded_.resize(2 * libdeflate_zlib_compress_bound(compressor_.get(), chunk.size()));
  shuffle_bytes(chunk, element_size_, shuffled_.data());
  encoded_size_ = deflate();
  constant_chunk_ = constant ? chunk.size() : 0;
  constant_.assign(chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(element_size_));
  return {encoded_.data(), encoded_size_};
}

}  // namespace lambdasim::io
