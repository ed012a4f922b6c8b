import Foundation

/// How a Kamailio of a test behaves.
public struct KamailioSettings: Sendable {
  /// The digest algorithm of its challenges.
  public enum Algorithm: String, Sendable { case md5 = "MD5", sha256 = "SHA-256" }
  /// The qop of its challenges. (It offers auth-int too, but its check leaves the body's hash out.)
  public enum Quality: Int, Sendable { case none = 0, auth }

  public var algorithm: Algorithm = .md5
  public var quality: Quality = .auth
  /// What it speaks beside UDP, at the same port.
  public enum Streams: Sendable {
    case tcp
    /// The paths of its certificate and of the key.
    case tls(certificate: String, key: String)
    case webSocket
  }

  public var streams = Streams.tcp
  /// False: it lets everybody register.
  public var challenges = true
  /// It asks for a bearer token, which is the password.
  public var asksForToken = false
  /// Each nonce is good for one request only.
  public var oneTimeNonces = false
  /// The shortest lifetime that it grants, in seconds.
  public var minimumExpires = 10
  /// The loopback address that it listens on; Linux has all of 127.0.0.0/8.
  public var address = "127.0.0.1"
  /// Another UDP port that it listens on: a second edge of the same registrar.
  public var hasSecondPort = false
  /// It keeps the flows of one instance apart (RFC 5626).
  public var appliesOutbound = false
  /// It keeps the Path of bindings, and gives it back.
  public var keepsPath = false
  /// It is no registrar, and an edge before the one at that port of 127.0.0.1: it adds itself to the Path.
  public var edgeTo: UInt16?
  /// The password of every user.
  public var password = "secret"

  public init() {}

  static let realm = "127.0.0.1"

  /// Where the modules lie: the folder is named after the machine's kind.
  static func moduleFolder() -> String? {
    let roots = ["/usr/lib", "/usr/lib64", "/usr/local/lib64", "/usr/local/lib"]
    for root in roots {
      let direct = "\(root)/kamailio/modules"
      if isFolder(direct) { return direct }
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: root) else { continue }
      for name in names where isFolder("\(root)/\(name)/kamailio/modules") {
        return "\(root)/\(name)/kamailio/modules"
      }
    }
    return nil
  }

  private static func isFolder(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/registrar.so")
  }

  /// The text of `kamailio.cfg`.
  func text(port: UInt16, secondPort: UInt16?, modules: String, control: String) -> String {
    """
    #!KAMAILIO
    debug=0
    log_stderror=yes
    children=2
    tcp_children=2
    auto_aliases=no
    dns=no
    rev_dns=no
    listen=udp:\(address):\(port)
    \(secondPort.map { "listen=udp:\(address):\($0)" } ?? "")
    listen=\(streamName):\(address):\(port)
    \(streamOptions)
    mpath="\(modules)/"
    loadmodule "ctl.so"
    loadmodule "counters.so"
    loadmodule "kex.so"
    loadmodule "corex.so"
    loadmodule "pv.so"
    loadmodule "sl.so"
    loadmodule "textops.so"
    loadmodule "xlog.so"
    loadmodule "htable.so"
    loadmodule "usrloc.so"
    loadmodule "registrar.so"
    loadmodule "auth.so"
    loadmodule "rr.so"
    loadmodule "path.so"
    \(streamModules)
    modparam("ctl", "binrpc", "unix:\(control)")
    modparam("ctl", "binrpc_max_body_size", 16384)
    modparam("ctl", "binrpc_struct_max_body_size", 16384)
    modparam("htable", "htable", "settings=>size=4;")
    modparam("usrloc", "db_mode", 0)
    modparam("usrloc", "use_domain", 1)
    modparam("registrar", "max_expires", 7200)
    modparam("registrar", "min_expires", \(minimumExpires))
    modparam("registrar", "max_contacts", 0)
    modparam("registrar", "use_path", \(keepsPath ? 1 : 0))
    modparam("registrar", "path_mode", 1)
    modparam("registrar", "outbound_mode", \(appliesOutbound ? 1 : 0))
    modparam("auth", "algorithm", "\(algorithm == .md5 ? "" : algorithm.rawValue)")
    modparam("auth", "nonce_expire", 300)
    modparam("auth", "one_time_nonce", \(oneTimeNonces ? 1 : 0))

    \(streamRoute)
    event_route[htable:mod-init] {
        $sht(settings=>password) = "\(password)";
    }

    request_route {
        if (!is_method("REGISTER")) { sl_send_reply("405", "Method Not Allowed"); exit; }
        \(logLine("received"))
        \(edgeTo.map { "add_path(); remove_hf(\"Route\"); $du = \"sip:127.0.0.1:\($0)\"; forward(); exit;" } ?? "")
    \(challenges ? challengeText : "")
        if (!save("location")) { sl_reply_error(); exit; }
        \(logLine("saved"))
    }
    """
  }

  private var streamName: String { if case .tls = streams { "tls" } else { "tcp" } }

  private var streamOptions: String {
    switch streams {
    case .tcp: ""
    case .tls: "enable_tls=yes"
    case .webSocket: "tcp_accept_no_cl=yes"
    }
  }

  private var streamModules: String {
    switch streams {
    case .tcp: ""
    case .tls(let certificate, let key):
      """
      loadmodule "tls.so"
      modparam("tls", "certificate", "\(certificate)")
      modparam("tls", "private_key", "\(key)")
      modparam("tls", "tls_method", "TLSv1.2+")
      """
    case .webSocket:
      """
      loadmodule "xhttp.so"
      loadmodule "websocket.so"
      """
    }
  }

  private var streamRoute: String {
    guard case .webSocket = streams else { return "" }
    return """
      event_route[xhttp:request] {
          set_reply_close();
          set_reply_no_connect();
          if (ws_handle_handshake()) { exit; }
          xhttp_reply("404", "Not Found", "", "");
      }
      """
  }

  private var challengeText: String {
    if asksForToken { return tokenText }
    return """
          if (!pv_www_authenticate("\(KamailioSettings.realm)", "$sht(settings=>password)", "0")) {
              www_challenge("\(KamailioSettings.realm)", "\(quality.rawValue)");
              exit;
          }
      """
  }

  private var tokenText: String {
    """
        $var(token) = "Bearer " + $sht(settings=>password);
        if ($hdr(Authorization) != $var(token)) {
            append_to_reply("WWW-Authenticate: Bearer realm=\\"\(KamailioSettings.realm)\\", error=\\"invalid_token\\"\\r\\n");
            sl_send_reply("401", "Unauthorized");
            exit;
        }
    """
  }

  /// One line for each REGISTER, which `KamailioRequest` reads.
  private func logLine(_ kind: String) -> String {
    #"xlog("L_ERR", "@@\#(kind)|$tu|$ru|$ci|$cs|$hdr(Expires)|$(hdr(Authorization){s.len})|$fu|$au|$ct\n");"#
  }
}
