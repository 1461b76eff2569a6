//! A proxy that does harm.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

use super::exchange::Exchanges;
use super::message::Request;
use super::rules::{Fault, Rules};
use super::state::{Shared, State};

/// A TCP proxy before a server that knows where HTTP messages end, and does to them what its rules
/// say. It ends when dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    open: watch::Sender<bool>,
    task: AbortHandle,
}

impl Proxy {
    /// A proxy before the server at `server` that lets everything pass.
    ///
    /// # Panics
    /// If it cannot listen.
    #[must_use]
    pub fn before(server: SocketAddr) -> Self {
        let socket = reserved("127.0.0.1:0".parse().unwrap());
        let address = socket.local_addr().unwrap();
        let state = State {
            server,
            rules: Rules::default(),
            connections: 0,
            open: 0,
            seen: Vec::new(),
            answer: Vec::new(),
        };
        let shared = Arc::new(Shared { state: Mutex::new(state), busy: watch::Sender::new(0) });
        let open = watch::Sender::new(true);
        let task = tokio::spawn(listen(socket, address, Arc::clone(&shared), open.subscribe()));
        Self { address, shared, open, task: task.abort_handle() }
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// From now on connections are refused, and those that are open are reset; or no longer.
    pub fn refuse(&self, refuse: bool) {
        self.open.send_replace(!refuse);
    }

    /// New connections go to another server.
    pub fn switch_to(&self, server: SocketAddr) {
        self.shared.lock().server = server;
    }

    /// Changes the rules.
    pub fn rules(&self, change: impl FnOnce(&mut Rules)) {
        change(&mut self.shared.lock().rules);
    }

    /// The faults of the next inserts, in this order; none behind them.
    pub fn inserts_meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.rules(|rules| rules.inserts = faults.into_iter().collect());
    }

    /// The faults of the next other requests, in this order; none behind them.
    pub fn queries_meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.rules(|rules| rules.queries = faults.into_iter().collect());
    }

    /// How many connections of clients are open now.
    #[must_use]
    pub fn open_connections(&self) -> usize {
        self.shared.lock().open
    }

    /// How many connections were opened so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.shared.lock().connections
    }

    /// The requests that arrived whole so far, and what was done to them.
    #[must_use]
    pub fn seen(&self) -> Vec<(Request, Fault)> {
        self.shared.lock().seen.clone()
    }

    /// The inserts among the requests so far.
    #[must_use]
    pub fn inserts(&self) -> Vec<Request> {
        let seen = self.seen().into_iter().map(|(request, _)| request);
        seen.filter(Request::is_insert).collect()
    }

    /// The bytes of the last answer that came whole from the server.
    #[must_use]
    pub fn last_answer(&self) -> Vec<u8> {
        self.shared.lock().answer.clone()
    }

    /// Waits until the server works at nothing that came through here.
    pub async fn settled(&self) {
        let mut busy = self.shared.busy.subscribe();
        // The sender lives as long as this proxy.
        drop(busy.wait_for(|&busy| busy == 0).await);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A socket that keeps its port and refuses connections until it listens.
fn reserved(address: SocketAddr) -> TcpSocket {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    socket
}

async fn listen(
    socket: TcpSocket,
    address: SocketAddr,
    shared: Arc<Shared>,
    mut open: watch::Receiver<bool>,
) {
    let mut socket = socket;
    loop {
        if open.wait_for(|&open| open).await.is_err() {
            return;
        }
        let listener = socket.listen(1024).unwrap();
        // Dropping the set ends the connections.
        let mut connections = JoinSet::new();
        tokio::select! {
            () = accept(&listener, &shared, &mut connections) => return,
            closed = open.wait_for(|&open| !open) => if closed.is_err() { return },
        }
        drop(listener);
        socket = reserved(address);
    }
}

async fn accept(listener: &TcpListener, shared: &Arc<Shared>, connections: &mut JoinSet<()>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let fault = {
            let mut state = shared.lock();
            state.connections += 1;
            state.open += 1;
            state.rules.for_connection()
        };
        let open = Open(Arc::clone(shared));
        connections.spawn(connection(client, fault, open));
        while connections.try_join_next().is_some() {}
    }
}

/// A connection, which counts as open until this is dropped.
struct Open(Arc<Shared>);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.lock().open -= 1;
    }
}

async fn connection(client: TcpStream, fault: Fault, open: Open) {
    // Whatever does not end in good order ends with a reset.
    if client.set_zero_linger().is_err() {
        return;
    }
    match fault {
        Fault::Pass => {}
        Fault::Delay(time) => tokio::time::sleep(time).await,
        Fault::Stall => return std::future::pending().await,
        _ => return,
    }
    // A connection that breaks is what this is for.
    drop(Exchanges::new(client, Arc::clone(&open.0)).run().await);
}
