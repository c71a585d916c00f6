#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import GRDB
    import Testing

    @testable import E911Store
    @testable import E911StorePostgres

    /// A kind of database that a store can be kept in.
    enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
        case sqlite, postgres

        var testDescription: String { rawValue }

        /// Those that can be tried here; in CI all of them.
        static var here: [StoreKind] { allCases.filter { $0 == .sqlite || PostgresPeer.isInstalled } }
    }

    /// Where a store is kept, which is opened again and again.
    struct StorePlace: Sendable {
        private enum Place {
            case folder(TemporaryFolder)
            case database(PostgresAddress)
        }

        private let place: Place

        /// Whose server the database is.
        private let peer: PostgresPeer?

        /// - Parameter isFlushed: whether commits reach the disk, as they do outside tests.
        init(_ kind: StoreKind, isFlushed: Bool = false) throws {
            switch kind {
            case .sqlite: (peer, place) = (nil, .folder(try TemporaryFolder()))
            case .postgres:
                let peer = try isFlushed ? PostgresPeer(isFlushed: true) : PostgresPeer.shared.get()
                (self.peer, place) = (peer, .database(try peer.database()))
            }
        }

        private init(_ place: Place) { (peer, self.place) = (nil, place) }

        /// A store that begins to open.
        func open(_ settings: StoreSettings, report: @escaping @Sendable (StoreEvent) -> Void) throws -> any NodeStore {
            let now: @Sendable () -> WallTime = { Sample.key(0).time }
            switch place {
            case .folder(let folder):
                return SQLiteStore(folder: folder.path, settings: settings, now: now, report: report)
            case .database(let address):
                var whole = PostgresStore.Settings()
                whole.store = settings
                return PostgresStore(address, node: "a", settings: whole, now: now, report: report)
            }
        }

        /// A store that has loaded, and these rows.
        func store(_ settings: StoreSettings, _ batches: [StoreBatch] = []) throws -> any NodeStore {
            let reports = Reports<StoreEvent>()
            let store = try open(settings) { reports($0) }
            _ = try reports.wait { $0.loadedFeeds.count == 2 }
            for (index, batch) in batches.enumerated() {
                store.persist(batch, token: PersistToken(rawValue: UInt64(index + 1)))
            }
            if !batches.isEmpty {
                _ = try reports.wait { $0.persisted.last == PersistToken(rawValue: UInt64(batches.count)) }
            }
            return store
        }

        /// The same rows at another place; no store may be open.
        func copy() throws -> StorePlace {
            switch place {
            case .folder(let folder):
                let copy = try TemporaryFolder()
                for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.contains(".db")
                {
                    try FileManager.default.copyItem(atPath: folder.path + "/" + name, toPath: copy.path + "/" + name)
                }
                return StorePlace(.folder(copy))
            case .database(let address):
                let name = try #require(address.value(of: "dbname"))
                return StorePlace(.database(try PostgresPeer.shared.get().database("TEMPLATE \(name)")))
            }
        }

        /// Changes what is there behind the store's back.
        func execute(_ sql: String) throws {
            switch place {
            case .folder(let folder):
                let queue = try DatabaseQueue(path: folder.path + "/calls.db")
                try queue.write { try $0.execute(sql: sql) }
                try queue.close()
            case .database(let address):
                try PostgresPeer.connection(address).query(sql)
            }
        }
    }
#endif
