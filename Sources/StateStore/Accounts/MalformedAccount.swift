/// A stored account that cannot be read; with where and why, never with the text itself.
struct MalformedAccount: Error, Hashable {
  var reason: String

  init(_ reason: String) { self.reason = reason }
}
