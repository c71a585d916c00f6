#if Daemon
    import E911Configuration
    import E911Service

    extension SiteFile {
        static func read(text: String, files: FileAccess = .unseen) -> Reading<SiteConfiguration> {
            read(octets: Array(text.utf8), file: "/etc/e911d/site.yaml", files: files)
        }
    }

    extension SiteFileTests {
        /// Every key of the file, most of them with a value that is not the default.
        static let text = #"""
            site:
              name: Example Corporation
              time-zone: America/Chicago
              default-call-server: main
              evidence: { freshness: 12h }
              off-premises: { networks: [ 10.200.0.0/16 ], public-addresses: no, location: remote }
              reminders: { every: 2min, times: 5, escalate-at: 3 }

            call-servers:
              - name: main
                profile: genesys
                enabled: true
                onsite-notification: on
                members:
                  - { address: 192.0.2.10, port: 5060, transport: tcp }
                  - { address: 192.0.2.11, port: 5062 }
                cluster: { check: 5s, misses: 2, hold-down: 1min, switch-back: true }
                trusted: [ 192.0.2.0/28 ]
                username: 7911
                own-prefix: 911
                test-username: "7933"
                emergency-numbers: [ 911, "9911", "112" ]
                test-numbers: [ 933 ]
                default-location: hq
                default-elin: 3125550100
                test-elin: "+13125550199"
                elin-pool: downtown
                sip-elin-timeout: 20min
                fallback-targets: [ "sip:7911@198.51.100.5:5060" ]
                subscription:
                  target: server
                  aors: [ ]
                  pace: 200
                  expires: 1h
                  quiet: 15s
                  download: [ 03:00, "15:30" ]
                  versions: strict
                  username: e911d
                  password-file: sip.secret
                caller: [ p-asserted-identity, from ]
                caller-rules:
                  - { match: '^\+?1?312555(\d{4})$', dn: '$1' }
                caller-device: [ contact, bottom-via, "header:X-Device" ]
                ambiguous: default
                device-ip: [ received, path ]
                device-mac: [ user-agent, instance ]
                user-agent-pattern: '([0-9a-f]{12})$'
                redirect: { elin: "header:X-ELIN", number: ten-digits }
                filters:
                  mode: include
                  rows:
                    - { ip: '^10\.9\.', username: '^9', mac: '^00:11' }
                    - { ip: ^10 }
                untrusted: refuse
                alert-fallback: [ security ]
                alert-escalation: [ desk, everybody ]
              - name: branch
                profile: rfc3680
                enabled: no
                members: [ { address: "2001:db8::10" } ]
                username: "7911"
                default-location: hq-2
                default-elin: "+1 (312) 555-0100"
                elin-pool: downtown
                subscription: { aors: [ "sip:2001@example.com" ], learn: 50 }
                alert-fallback: [ security ]

            elin-pools:
              - { name: downtown, numbers: [ 3125550110, "+13125550120-+13125550139" ], ali: per-call }

            locations:
              - id: hq
                name: Headquarters
                address: { country: US, A1: IL, HNO: 100 }
                elins: [ 3125550101, "312-555-0102" ]
                security-desk: 1000
                validation: { state: valid, by: Ann, at: 2026-11-24T06:43:34-06:00 }
                children:
                  - id: hq-2
                    address: { FLR: 2 }
                    children:
                      - { id: hq-2-east, name: 2nd floor east, elins: [ "+13125550103" ], contacts: [ security ] }
                  - { id: hq-3, name: "3rd floor", pool: true }
              - { id: remote, name: Off premises, off-premises: yes, validation: { state: unvalidated } }

            rules:
              - { device: { mac: "00-11-22-33-44-55" }, location: hq-3 }
              - { device: { dn: 2001 }, location: hq-3 }
              - { device: { instance: "urn:uuid:1" }, location: hq-3 }
              - { bssid: "aa:bb:cc:dd:ee:*", location: hq-2-east }
              - { switch: sw-2, port: "Gi1/0/7", location: hq-2-east }
              - { prefix: 10.1.2.0/24, location: hq-2-east }
              - { prefix: "2001:db8::/32", location: hq }

            recipients:
              - { name: security, email: security@example.com, sms: 3125550150, screen-pop: yes }
              - { name: desk, webhook: "slack+https://example.com/alerts", syslog: "tcp://192.0.2.9:601" }
              - { name: everybody, members: [ security, desk ] }

            alerts:
              - { location: hq, call-server: main, to: [ security ], channels: [ screen-pop, email ], hours: always }
              - { to: [ desk ], acknowledge: all }

            alert-texts:
              email: { subject: "{title}: {caller} at {place}", text: "{notes} Call {callback}. {link}" }
              sms: { text: "{title} {caller_dn} {place}" }

            """#
    }
#endif
