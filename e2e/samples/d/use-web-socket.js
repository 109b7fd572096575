import io from 'socket.io-client';

const useWebSocket = (token, conversationId) => {
  const [socket, setSocket] = useState(null);
  
  useEffect(() => {
    const socketInstance = io('http://your-server:3000', {
      auth: { token }
    });
    
    socketInstance.emit('join_conversation', { conversationId });
    setSocket(socketInstance);
    
    return () => socketInstance.disconnect();
  }, [token, conversationId]);
  
  return socket;
};
