// An expected outcome as a value: either a T or an error E.
//
//   Result<Token, jose::Error> token = parse(text);
//   if (!token) return Unexpected(token.error());
//   use(*token);
//
// Members are named as in std::expected (C++23), which replaces this file when the compiler has it.
#pragma once

#include <type_traits>
#include <utility>
#include <variant>

namespace gatehouse {

template <typename E>
class [[nodiscard]] Unexpected {
 public:
  constexpr explicit Unexpected(E error) : error_(std::move(error)) {}
  constexpr const E& error() const& { return error_; }
  constexpr E&& error() && { return std::move(error_); }

 private:
  E error_;
};

template <typename T, typename E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  constexpr Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  constexpr Result(Unexpected<E> unexpected)
      : state_(std::in_place_index<1>, std::move(unexpected).error()) {}

  constexpr bool has_value() const noexcept { return state_.index() == 0; }
  constexpr explicit operator bool() const noexcept { return has_value(); }

  // Precondition for all below: the named alternative is held; otherwise std::bad_variant_access is thrown.
  constexpr T& value() & { return std::get<0>(state_); }
  constexpr const T& value() const& { return std::get<0>(state_); }
  constexpr T&& value() && { return std::get<0>(std::move(state_)); }
  constexpr const E& error() const { return std::get<1>(state_); }

  constexpr T& operator*() & { return value(); }
  constexpr const T& operator*() const& { return value(); }
  constexpr T&& operator*() && { return std::move(*this).value(); }
  constexpr T* operator->() { return &value(); }
  constexpr const T* operator->() const { return &value(); }

 private:
  std::variant<T, E> state_;
};

template <typename E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  constexpr Result() = default;
  constexpr Result(Unexpected<E> unexpected)
      : state_(std::in_place_index<1>, std::move(unexpected).error()) {}

  constexpr bool has_value() const noexcept { return state_.index() == 0; }
  constexpr explicit operator bool() const noexcept { return has_value(); }
  constexpr const E& error() const { return std::get<1>(state_); }

 private:
  std::variant<std::monostate, E> state_;
};

}  // namespace gatehouse
