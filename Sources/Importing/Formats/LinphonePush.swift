import Reconcile
import SIP

/// Reads the push parameters (RFC 8599) that liblinphone puts into its contact.
enum LinphonePush {
  static func read(_ entry: INISection.Entry, into imported: inout ImportedAccount) {
    var provider: String?
    var param: String?
    var token: String?
    for part in entry.value.unquoted.split(separator: ";") {
      let (name, value) = pair(part)
      switch name.lowercased() {
      case "pn-provider": provider = value
      case "pn-param": param = value
      case "pn-prid": token = value
      // Timeouts and sounds of the flexisip server that are no part of RFC 8599.
      case "pn-silent", "pn-timeout", "pn-msg-str", "pn-call-str", "pn-call-snd", "pn-msg-snd": break
      case "app-id", "pn-type", "pn-tok":
        imported.warn("`\(name)`: this form of push is older than RFC 8599; set `push`", at: entry.at)
      default:
        imported.warn("the contact parameter `\(name)` is left out; `contact` can carry it", at: entry.at)
      }
    }
    guard let provider, let token else {
      if provider != nil || token != nil {
        imported.warn("push needs both `pn-provider` and `pn-prid`, and is left out", at: entry.at)
      }
      return
    }
    if provider == "webpush" { param = nil }
    imported.account.push = PushParameters(provider: provider, param: param, prid: "")
    imported.pushToken = Secret(token)
  }

  private static func pair(_ part: Substring) -> (String, String) {
    guard let equals = part.firstIndex(of: "=") else { return (part.trimmed, "") }
    return (part[..<equals].trimmed, part[part.index(after: equals)...].trimmed.unquoted)
  }
}
