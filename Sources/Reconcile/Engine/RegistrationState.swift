/// The state of one registration, as in liblinphone.
///
///     none ─▶ progress ─▶ ok ⇄ refreshing ─▶ ok
///                 │        │        │
///                 ▼        ▼        ▼  (only when the binding is gone)
///              failed   cleared   failed ─▶ progress (retry)
///
/// A refresh that failed while the binding is still valid goes back to `ok`, with the failure's code.
public enum RegistrationState: String, Sendable, Hashable, Codable, CaseIterable {
  /// Nothing was sent.
  case none
  /// A REGISTER is on its way and nothing is bound, or an unregister is on its way.
  case progress
  /// Bound, and the binding has not expired.
  case ok
  /// Bound, and a refresh or an edit is on its way.
  case refreshing
  /// Unregistered on purpose.
  case cleared
  /// Not bound, and the last attempt failed.
  case failed
}
