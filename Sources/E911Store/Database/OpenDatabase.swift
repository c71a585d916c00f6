#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB

    /// An open file of the store.
    struct OpenDatabase<File: StoreFile>: Sendable {
        private let pool: DatabasePool
        /// As it was read back from the connection that writes.
        let synchronous: String

        /// Opens the file, makes it if there is none, and brings its schema up to date.
        init(folder: String, settings: StoreSettings) throws {
            var configuration = Configuration()
            configuration.busyMode = .timeout(Double(settings.lockTimeout.wholeNanoseconds) / 1e9)
            configuration.maximumReaderCount = 2
            let hash = AuditChain.function(settings.sha256)
            configuration.prepareDatabase { $0.add(function: hash) }
            configuration.label = File.name
            let path = folder + "/" + File.name
            pool = try DatabasePool(path: path, configuration: configuration)
            // Personal data: for the owner alone, whatever the mask was when the files were made.
            for suffix in ["", "-wal", "-shm"] { chmod(path + suffix, 0o600) }
            let migrator = File.migrator
            if try pool.read(migrator.hasBeenSuperseded) {
                throw StoreError(.newer, "\(File.name) was made by a newer version of e911d")
            }
            try migrator.migrate(pool)
            // GRDB sets NORMAL when it turns to WAL.
            synchronous = try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = \(File.synchronous.name)")
                let value = try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
                guard value == File.synchronous.value else {
                    throw StoreError(
                        .database, "\(File.name): synchronous is \(value), not \(File.synchronous.name)")
                }
                // Calls hit the pages of the indexes all over: with room for them, and written back seldom, most of a page's
                // changes are made in memory.
                try db.execute(sql: "PRAGMA cache_size = -\(File.cacheKilobytes)")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = \(File.checkpointPages)")
                return "\(value)"
            }
        }

        func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
            try pool.read(body)
        }

        /// One transaction.
        func commit(_ body: (Database) throws -> Void) throws {
            try pool.writeWithoutTransaction { db in
                try db.inTransaction(.immediate) {
                    try body(db)
                    return .commit
                }
            }
        }

        /// Writes a copy of the file, as it is at one moment, while others read and write.
        func copy(to path: String) throws {
            let target = try DatabaseQueue(path: path)
            chmod(path, 0o600)
            try pool.backup(to: target)
            try target.close()
        }

        /// Brings the write-ahead log into the file.
        func checkpoint() throws {
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        }

        func close() {
            try? pool.close()
        }
    }

    extension CommitFailure {
        init(_ error: any Error) {
            if let error = error as? StoreError {
                self = .rejected(error.reason)
                return
            }
            guard let error = error as? DatabaseError else {
                self = .broken("\(error)")
                return
            }
            // The statement's arguments are personal data; the message alone has none.
            let reason = "SQLite error \(error.resultCode.rawValue): \(error.message ?? "no message")"
            switch error.resultCode {
            case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL: self = .transient(reason)
            case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH, .SQLITE_RANGE: self = .rejected(reason)
            default: self = .broken(reason)
            }
        }
    }
#endif
