#if Daemon
#endif
