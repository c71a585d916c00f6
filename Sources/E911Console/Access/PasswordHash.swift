#if Daemon
    import COpenSSL
    import Dispatch
    import Foundation
    import Synchronization

    /// Passwords as they are kept: scrypt (RFC 7914) with a salt of 16 octets, written `scrypt$LN$R$P$SALT$HASH`.
    enum PasswordHash {
        /// N = 2^15, r = 8, p = 1: 32 MB and some 100 ms.
        private static let (cost, blockSize, parallel) = (15, 8, 1)
        /// Shorter ones are not taken.
        static let shortest = 10
        /// Longer ones are not looked at.
        static let longest = 1024

        static func make(_ password: String) -> String {
            let salt = Secret.make(octets: 16)
            let hash = scrypt(password, salt: salt, cost, blockSize, parallel) ?? ""
            return "scrypt$\(cost)$\(blockSize)$\(parallel)$\(salt)$\(hash)"
        }

        static func fits(_ password: String, _ kept: String) -> Bool {
            let parts = kept.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]), let blockSize = Int(parts[2]),
                let parallel = Int(parts[3]), (1...20).contains(cost), (1...32).contains(blockSize),
                (1...16).contains(parallel), !parts[5].isEmpty,
                let hash = scrypt(password, salt: parts[4], cost, blockSize, parallel)
            else { return false }
            return Secret.isSame(hash, parts[5])
        }

        /// A hash that no password fits, of the same cost: an unknown name takes as long as a wrong password.
        static let nobody = make(Secret.make())

        private static func scrypt(
            _ password: String, salt: String, _ cost: Int, _ blockSize: Int, _ parallel: Int
        ) -> String? {
            var key = [UInt8](repeating: 0, count: 32)
            let done = EVP_PBE_scrypt(
                password, password.utf8.count, Array(salt.utf8), salt.utf8.count, 1 << UInt64(cost),
                UInt64(blockSize), UInt64(parallel), 256 << 20, &key, key.count)
            return done == 1 ? Secret.base64URL(key) : nil
        }
    }

    /// Hashes passwords on one thread beside all others, a few in a row at most: logins take no core from calls.
    final class PasswordDesk: Sendable {
        private let queue = DispatchQueue(label: "e911d.passwords", qos: .utility)
        private let waiting = Atomic<Int>(0)
        private static let most = 16

        /// `nil` when too many wait.
        func work<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value? {
            guard waiting.add(1, ordering: .relaxed).newValue <= Self.most else {
                waiting.subtract(1, ordering: .relaxed)
                return nil
            }
            defer { waiting.subtract(1, ordering: .relaxed) }
            return await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: body()) }
            }
        }
    }
#endif
