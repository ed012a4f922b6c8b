import NIOSSL

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads the files that TLS is set up from.
enum TLSFiles {
  static func certificates(
    _ path: String,
    for purpose: TLSSettingsError.Purpose
  ) throws(TLSSettingsError) -> [NIOSSLCertificate] {
    try checkReadable(path, purpose)
    let found: [NIOSSLCertificate]
    do { found = try NIOSSLCertificate.fromPEMFile(path) } catch { throw .notFound(purpose, path: path) }
    guard !found.isEmpty else { throw .notFound(purpose, path: path) }
    return found
  }

  /// What our side shows, after a look whether key and certificate belong together.
  static func pair(
    certificate: String,
    key: String
  ) throws(TLSSettingsError) -> (chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) {
    let chain = try certificates(certificate, for: .certificate)
    try checkReadable(key, .key)
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(file: key, format: .pem) } catch {
      throw .notFound(.key, path: key)
    }
    let trial = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) },
      privateKey: .privateKey(privateKey)
    )
    do { _ = try NIOSSLContext(configuration: trial) } catch {
      throw .mismatch(certificate: certificate, key: key)
    }
    return (chain, privateKey)
  }

  static func context(_ tls: TLSConfiguration) throws(TLSSettingsError) -> NIOSSLContext {
    do { return try NIOSSLContext(configuration: tls) } catch {
      throw .unusable(reason: String(describing: error))
    }
  }

  private static func checkReadable(
    _ path: String,
    _ purpose: TLSSettingsError.Purpose
  ) throws(TLSSettingsError) {
    guard access(path, R_OK) != 0 else { return }
    throw .unreadable(purpose, path: path, reason: String(cString: strerror(errno)))
  }
}
