import io from 'socket.io-client';

const socket = io('http://localhost:3000', {
  auth: {
    token: 'your-jwt-token'
  }
});

// Join conversation
socket.emit('join_conversation', { conversationId: 123 });

// Send message
socket.emit('send_message', {
  conversationId: 123,
  messageText: 'Hello!',
  senderType: 'customer'
});

// Listen for new messages
socket.on('new_message', (message) => {
  console.log('New message:', message);
});
